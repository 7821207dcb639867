import type { Example } from '../port/operator.ts';

/** Example questions to OVHcloud, about things that the sandbox knows. */
export const ovhExamples: readonly Example[] = [
  {
    query: `# Ask OVHcloud alone about a building: it resells several networks, and publishes no prices here.
mutation AskOvhcloud {
  qualifySite(input: { buildingRef: "IMB/77108/X/031C", operators: [OVHCLOUD] }) {
    __typename
    ... on SiteQualification {
      id
      state
    }
    ... on EligibilityError {
      message
    }
  }
}
`,
  },
];
