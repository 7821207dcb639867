import type { Example } from '../operators/port/operator.ts';

/** From what a person types to the buildings there; in the sandbox. */
export const addressExamples: readonly Example[] = [
  {
    query: `# Find an address as a person types it, and the buildings there. Ask qualifySite about one of them.
query FindAddress {
  searchAddresses(text: "4 bis rue Andrei Sakharov, Mont-Saint-Aignan", first: 3) {
    id
    address {
      label
    }
    precision
    sites {
      match
      sources
      site {
        buildingRef
      }
    }
    forecast {
      message
    }
  }
}
`,
  },
];
