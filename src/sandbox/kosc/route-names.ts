/** The names of the simulated Kosc's routes, as calls record them and faults name them; `unknown` is what is none of them. */
export const koscRoutes = [
  'token',
  'checkEligibility',
  'cities',
  'streets',
  'streetNumbers',
  'endpoints',
  'buildings',
  'building',
  'forecast',
  'unknown',
] as const;

/** One of {@link koscRoutes}. */
export type KoscRoute = (typeof koscRoutes)[number];
