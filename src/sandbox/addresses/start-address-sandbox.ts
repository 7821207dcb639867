import { json } from '../http/answer.ts';
import {
  startSimulation,
  type Simulated,
  type Simulation,
  type SimulationOptions,
} from '../http/simulate.ts';
import { routes } from './address-calls.ts';
import { addressRoutes, type AddressScript } from './address-script.ts';
import { AddressState } from './address-state.ts';
import { departments } from './building-file.ts';
import { businesses } from './businesses.ts';
import { knownAddresses, labelOf } from './known-addresses.ts';

/** What the simulated address services have of their own. */
interface Own {
  /** The address before `/search`. */
  readonly geocoderUrl: string;
  readonly directoryUrl: string;
  /** The address of the building file of a département, with the département still to be put in for `{department}`. */
  readonly buildingFileUrl: string;
  /** The départements that have a building file. */
  readonly departments: readonly string[];
}

/** A simulated geocoder, directory of businesses and building file, listening. */
export type AddressSandbox = Simulated<AddressScript> & Own;

const simulation: Simulation<AddressScript, AddressState, Own> = {
  open: (script, now) => new AddressState(script, now),
  routes,
  scriptSchema: async () => (await import('./address-script-schema.ts')).addressScriptSchema,
  notFound: () => json(404, { code: 404, message: 'Not found', detail: [] }),
  refuse: (_state, status, message) => json(status, { code: status, message, detail: [] }),
  about: {
    services: 'geocoder, directory of businesses and building file (simulated)',
    routes: addressRoutes,
    addresses: knownAddresses.map((address) => ({ id: address.id, label: labelOf(address) })),
    businesses: businesses.map(({ siret, name, address }) => ({
      siret,
      name,
      address: labelOf(address),
    })),
    departments,
  },
  own: (_state, url) => ({
    geocoderUrl: `${url}/geocodage`,
    directoryUrl: `${url}/annuaire`,
    buildingFileUrl: `${url}/base_imb/base_imb_{department}.csv.gz`,
    departments,
  }),
};

/** Starts the simulated address services. Rejects when the port cannot be had. */
export function startAddressSandbox(
  options: SimulationOptions<AddressScript> = {},
): Promise<AddressSandbox> {
  return startSimulation(simulation, options);
}

/** The address services, for the registry of the sandbox. */
export const addresses = {
  name: 'addresses',
  start: startAddressSandbox,
  scriptSchema: simulation.scriptSchema,
  settings: ({ geocoderUrl, directoryUrl, buildingFileUrl }: AddressSandbox) => ({
    GEOCODER_URL: geocoderUrl,
    DIRECTORY_URL: directoryUrl,
    BUILDING_FILE_URL: buildingFileUrl,
    SANDBOX_BUILDINGS: departments.join(','),
  }),
  examples: `Addresses
  4 bis rue Andrei Sakharov, Mont-Saint-Aignan   one building, sold by both operators
  110 rue Faidherbe, Lille                       two buildings
  106 rue Faidherbe, Lille                       no building yet
  siret 35600000049837                           a post office in Chelles`,
  demonstration: {},
} as const;
