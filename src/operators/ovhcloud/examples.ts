import type { Example } from '../port/operator.ts';

/** What there is to ask OVHcloud, about what the sandbox knows. */
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
