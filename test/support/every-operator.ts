import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { loadTrials, type OperatorTrial, type Players } from './operator-trial.ts';
import { ServiceProcess } from './service-process.ts';
import { startTestService, type TestService } from './start-test-service.ts';
import { operators } from './radio/registry.ts';
import { startSimulatedRadio } from './radio/simulated-radio.ts';

/** Every operator of the service and one that only tests have: what holds for all of them is tried on each. */
export const trials: readonly OperatorTrial[] = await loadTrials();

/** One trial, to be named in the title of a test. */
export const eachTrial = trials.map((trial) => [trial.operator, trial] as const);

/** Has every operator answer as soon as it can, and none of them fail. */
export function resetPlayers(players: Players): void {
  for (const { played, atOnce } of trials) {
    const one = played(players);
    one.reset();
    one.script(atOnce ?? {});
  }
}

const settingsOfRadio = ({ url, apiKey }: Players['radio']): Record<string, string> => ({
  RADIO_API_URL: url,
  RADIO_API_KEY: apiKey,
});

export interface EveryOperator extends TestService {
  readonly players: Players;
}

/** The service over all of them. */
export async function startEveryOperator(
  options: Omit<NonNullable<Parameters<typeof startTestService>[0]>, 'registry'> = {},
): Promise<EveryOperator> {
  const radio = await startSimulatedRadio();
  const tested = await startTestService({
    ...options,
    registry: operators,
    env: { ...settingsOfRadio(radio), ...options.env },
  });
  const players = { sandbox: tested.sandbox, radio };
  resetPlayers(players);
  return {
    ...tested,
    players,
    async [Symbol.asyncDispose]() {
      await tested[Symbol.asyncDispose]();
      await radio.close();
    },
  };
}

const addRadio = fileURLToPath(new URL('radio/add-to-registry.ts', import.meta.url));

export interface EveryPlayer extends AsyncDisposable {
  readonly players: Players;
  /** The environment variables by which the service talks to all of them. */
  readonly settings: Readonly<Record<string, string>>;
  /** The service over all of them, as a process of its own. */
  start(env: Readonly<Record<string, string>>): ServiceProcess;
}

/** All simulated operators, which live on in this process while those of the service come and go. */
export async function startEveryPlayer(): Promise<EveryPlayer> {
  const players = { sandbox: await startSandbox({}), radio: await startSimulatedRadio() };
  resetPlayers(players);
  const settings = { ...players.sandbox.settings, ...settingsOfRadio(players.radio) };
  return {
    players,
    settings,
    start: (env) => new ServiceProcess({ ...settings, ...env }, [addRadio]),
    async [Symbol.asyncDispose]() {
      await players.sandbox.close();
      await players.radio.close();
    },
  };
}
