import type { Config } from './config.ts';
import { operatorSettings } from './operator-settings.ts';
import type { Environment } from './read-settings.ts';
import type { Log } from './observe/log.ts';
import type { CallObserver } from './operators/calling/operator-calls.ts';
import { Interactive } from './operators/calling/interactive.ts';
import { Pace } from './operators/calling/pace.ts';
import { SlowDown } from './operators/calling/slow-down.ts';
import { Deviations } from './operators/port/deviations.ts';
import type { OperatorConnection } from './operators/port/operator.ts';
import type { StoreAccess } from './store/store.ts';
import { SharedPolls } from './watch/shared-polls.ts';

/** The operators that this process talks to, by name; those that are off are not in it. */
export interface ConnectedOperators {
  readonly connections: ReadonlyMap<string, OperatorConnection>;
  /** What deviates from each one's documentation. */
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
