import {
  openAddresses,
  publicDirectory,
  publicGeocoder,
  type Addresses,
} from './addresses/open-addresses.ts';
import type { SandboxBuildings } from './addresses/sandbox-buildings.ts';
import type { Config } from './config.ts';
import type { Environment } from './read-settings.ts';
import type { ConnectOptions } from './connect-operators.ts';

type ConnectAddressesOptions = Omit<ConnectOptions, 'config'> & {
  readonly config: Pick<Config, 'addresses' | 'calling' | 'egress' | 'operators'>;
};

export interface ConnectedAddresses extends Addresses {
  /** The sandbox's building files; null where the sandbox does not play. */
  readonly sandboxBuildings: SandboxBuildings | null;
}

/**
 * Connects to the services that know addresses: those of the settings, else the sandbox's where it plays every operator that
 * is on, since its addresses are made up, else the public ones. Nothing is asked of one yet.
 */
export function connectAddresses({
  config,
  sandbox,
  log,
  access,
  observer,
}: ConnectAddressesOptions): ConnectedAddresses {
  const { geocoderUrl, directoryUrl, timeoutMs } = config.addresses;
  const { maxCalls, circuitOpenMs } = config.calling;
  const isPlayed = config.operators.every(({ isOn, settings }) => !isOn || settings === null);
  const played = isPlayed ? sandbox : {};
  const isSandbox = geocoderUrl === undefined && played['GEOCODER_URL'] !== undefined;
  const addresses = openAddresses({
    geocoderUrl: geocoderUrl ?? played['GEOCODER_URL'] ?? publicGeocoder,
    directoryUrl: directoryUrl ?? played['DIRECTORY_URL'] ?? publicDirectory,
    timeoutMs,
    calling: { maxCalls, circuitOpenMs, isSandbox, log, observer },
    // As for operators: the sandbox is on this machine, where a company's proxy does not reach.
    proxiesTo: (url) => (Object.values(played).includes(url) ? null : config.egress),
    access,
  });
  return { ...addresses, sandboxBuildings: findSandboxBuildings(played) };
}

function findSandboxBuildings({
  BUILDING_FILE_URL: fileUrl,
  SANDBOX_BUILDINGS: departments,
}: Environment): SandboxBuildings | null {
  if (fileUrl === undefined || departments === undefined) return null;
  return { fileUrl, departments: departments.split(',') };
}
