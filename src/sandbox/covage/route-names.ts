/** The names of the simulated Covage's routes, as calls record them and faults name them; `unknown` is what is none of them. */
export const covageRoutes = [
  'token',
  'categories',
  'offers',
  'offerBatch',
  'offerDetail',
  'siteConnections',
  'createQualification',
  'createQualificationSync',
  'qualifications',
  'qualification',
  'items',
  'item',
  'unknown',
] as const;

/** One of {@link covageRoutes}. */
export type CovageRoute = (typeof covageRoutes)[number];
