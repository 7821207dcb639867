import type { Config } from './config.ts';
import { operatorSettings } from './operator-settings.ts';
import type { Environment } from './read-settings.ts';
import type { Log } from './observe/log.ts';
import type { CallObserver } from './operators/calling/call.ts';
import { Interactive } from './operators/calling/interactive.ts';
import { Pace } from './operators/calling/pace.ts';
import { SlowDown } from './operators/calling/slow-down.ts';
import { Deviations } from './operators/port/deviations.ts';
import type { OperatorConnection } from './operators/port/operator.ts';
import type { StoreAccess } from './store/store.ts';
import { SharedPolls } from './watch/shared-polls.ts';
import {
  openAddresses,
  publicDirectory,
  publicGeocoder,
  type Addresses,
} from './addresses/open-addresses.ts';
import type { SandboxBuildings } from './addresses/sandbox-buildings.ts';

/** The operators that this process talks to, by name; those that are off are not in it. */
export interface ConnectedOperators {
  readonly connections: ReadonlyMap<string, OperatorConnection>;
  /** The deviations from each one's documentation. */
  readonly deviations: ReadonlyMap<string, Deviations>;
}

export interface ConnectOptions {
  readonly config: Pick<Config, 'operators' | 'calling' | 'egress' | 'sites'>;
  /** The settings of the operators that the sandbox plays; needed where there are any. */
  readonly sandbox: Environment;
  readonly log: Log;
  readonly access: StoreAccess;
  readonly observer: CallObserver | undefined;
}

/** Connects to every operator that is on. Nothing is asked of one yet. */
export function connectOperators({
  config,
  sandbox,
  log,
  access,
  observer,
}: ConnectOptions): ConnectedOperators {
  const { maxCalls, circuitOpenMs, catalogueFreshMs, watchDeadlineMs } = config.calling;
  const deviations = new Map<string, Deviations>();
  const connections = new Map<string, OperatorConnection>();
  for (const { operator, isOn, settings } of config.operators) {
    if (!isOn) continue;
    const { name } = operator.key;
    const counted = new Deviations(name, log);
    deviations.set(name, counted);
    const slowDown = new SlowDown(name, access, log);
    const interactive = new Interactive();
    const isSandbox = settings === null;
    const connection = operator.connect(settings ?? operatorSettings(operator, sandbox), {
      log,
      deviations: counted,
      calling: {
        maxCalls,
        circuitOpenMs,
        isSandbox,
        log,
        slowDown,
        interactive,
        observer,
        // The sandbox is on this machine, where a company's proxy does not reach.
        proxies: isSandbox ? null : config.egress,
      },
      catalogueFreshMs,
      store: () => access.open(),
      pace: (label, most) =>
        new Pace({ operator: name, label, most, slowDown, interactive, access }),
      sharedPolls: new SharedPolls(name, access, log),
      watchDeadlineMs,
      maySynthesiseKeys: config.sites.maySynthesiseKeys,
    });
    connections.set(name, connection);
  }
  return { connections, deviations };
}

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
