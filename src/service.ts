import { operatorSettings, type Config, type Environment } from './config.ts';
import { composeSchema } from './graphql/schema.ts';
import type { Log } from './log.ts';
import { Deviations } from './operators/deviations.ts';
import type { OperatorConnection } from './operators/operator.ts';
import { startServer } from './server.ts';

/** A running service. */
export interface Service {
  /** The GraphQL address. */
  readonly url: string;
  /** What deviates from the operators' documentation, by operator. */
  readonly deviations: ReadonlyMap<string, Deviations>;
  /** Ends the streams, closes every connection and resolves when nothing is left running. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly config: Config;
  /** The settings of the operators that the sandbox plays; needed where there are any. */
  readonly sandbox: Environment;
  readonly log: Log;
}

/** Connects to the operators and serves the API over them. Rejects where the address cannot be listened on. */
export async function startService({ config, sandbox, log }: ServiceOptions): Promise<Service> {
  const { service } = config;
  const deviations = new Map<string, Deviations>();
  const connections = new Map<string, OperatorConnection>();
  for (const { operator, settings } of config.operators) {
    const counted = new Deviations(operator.key.name, log);
    deviations.set(operator.key.name, counted);
    const used = settings ?? operatorSettings(operator, sandbox);
    connections.set(
      operator.key.name,
      operator.connect(used, {
        log,
        deviations: counted,
        watchDeadlineMs: service.WATCH_DEADLINE_MS,
      }),
    );
  }
  const closeConnections = () => Promise.all([...connections.values()].map((one) => one.close()));
  try {
    const server = await startServer({
      host: service.HOST,
      port: service.PORT,
      schema: composeSchema(config.operators.map(({ operator }) => operator)),
      connections,
      mayReadPersonalData: service.EXPOSE_PERSONAL_DATA,
      log,
    });
    return {
      url: server.url,
      deviations,
      async close() {
        await server.close();
        await closeConnections();
      },
    };
  } catch (error) {
    await closeConnections();
    throw error;
  }
}
