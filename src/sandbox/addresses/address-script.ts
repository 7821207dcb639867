import { defaultPace } from '../http/pace.ts';
import type { Script } from '../http/scripted-state.ts';

/** The routes of the simulated address services, by fixed words. */
export const addressRoutes = [
  'search',
  'searchCsv',
  'reverse',
  'directory',
  'buildingFile',
  'storedBuildingFile',
] as const;
export type AddressRoute = (typeof addressRoutes)[number];

/** How the simulated address services behave. What is absent is as by default. */
export interface AddressScript extends Script<AddressRoute, never> {
  /** How many calls a second the geocoder allows; more are refused until five seconds have passed without too many. */
  callsPerSecond?: number;
  /** Whether the geocoder answers with the fields of its former version. */
  hasOldFields?: boolean;
}

/** The behaviour when nothing is scripted. */
export const defaultAddressScript: Required<AddressScript> = {
  ...defaultPace,
  callsPerSecond: 50,
  hasOldFields: false,
  faults: [],
  variants: [],
};
