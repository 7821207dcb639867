import type { Example } from '../port/operator.ts';

/** Example questions to Kosc, about things that the sandbox knows. */
export const koscExamples: readonly Example[] = [
  {
    query: `# Ask Kosc about a building; it answers at once.
mutation CheckKoscBuilding {
  checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
    __typename
    ... on KoscEligibility {
      id
      verdict
      offers {
        product {
          code
          name
        }
        eligibility {
          verdict
          reasons {
            code
            message
            availability {
              text
            }
          }
        }
        setupFee {
          amount
          currency
        }
        orderDelayDays
      }
      building {
        operatorName
        address {
          streetNumber
          streetName
          city
        }
      }
    }
    ... on EligibilityError {
      message
    }
  }
}
`,
  },
];
