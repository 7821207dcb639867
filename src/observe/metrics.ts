import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import type { OperationObserver } from '../request/operation-observer.ts';
import { circuitStates } from '../operators/calling/trouble.ts';
import type { Deviations } from '../operators/port/deviations.ts';
import type { CallObserver } from '../operators/calling/call.ts';
import type { OperatorConnection } from '../operators/port/operator.ts';
import { Durations } from './durations.ts';

/** The values that are read when Prometheus asks. */
export interface MeasuredParts {
  readonly connections: ReadonlyMap<string, Pick<OperatorConnection, 'calls' | 'polls'>>;
  readonly deviations: ReadonlyMap<string, Deviations>;
  /** How many clients follow a subscription. */
  readonly watchers: () => number;
  /** Whether something can be stored now. */
  readonly isStoreReady: () => Promise<boolean>;
}

/** Counts for Prometheus what happens in this process. It holds nothing of what is asked, and nothing about callers. */
export class Metrics implements OperationObserver, CallObserver {
  readonly #registry = new Registry();
  readonly #operations = new Durations(
    'eligibility_operation_duration_seconds',
    'GraphQL operations by type and outcome. A subscription counts until it has begun.',
  );
  readonly #calls = new Durations(
    'eligibility_operator_call_duration_seconds',
    'Tries of calls to operators, requests for tokens included, by route and outcome.',
  );
  readonly #requests = new Durations(
    'eligibility_request_duration_seconds',
    'Requests for other things than operations, such as files, by route and status.',
  );
  readonly #refused: Counter<'code'>;
  readonly #circuitChanges: Counter<'operator' | 'state'>;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    for (const durations of [this.#operations, this.#requests, this.#calls]) {
      this.#registry.registerMetric(durations as unknown as Metric);
    }
    this.#refused = new Counter({
      name: 'eligibility_operations_refused_total',
      help: 'GraphQL operations that were not executed, by the code of the error.',
      labelNames: ['code'],
      registers,
    });
    this.#circuitChanges = new Counter({
      name: 'eligibility_operator_circuit_changes_total',
      help: 'How often the circuit of an operator came into a state.',
      labelNames: ['operator', 'state'],
      registers,
    });
  }

  executed(...[type, outcome, durationMs]: Parameters<OperationObserver['executed']>): void {
    this.#operations.observe(`${type} ${outcome}`, durationMs, () => ({ type, outcome }));
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }

  answered(...[route, status, durationMs]: Parameters<OperationObserver['answered']>): void {
    this.#requests.observe(`${route} ${status}`, durationMs, () => ({
      route,
      status: String(status),
    }));
  }

  called({ operator, route, outcome, durationMs }: Parameters<CallObserver['called']>[0]): void {
    this.#calls.observe(`${operator} ${route} ${outcome}`, durationMs, () => ({
      operator,
      route,
      outcome,
    }));
  }

  circuitChanged(...[operator, state]: Parameters<CallObserver['circuitChanged']>): void {
    this.#circuitChanges.inc({ operator, state });
  }

  /** Adds the parts of the service that are measured when the metrics are fetched. */
  measure({ connections, deviations, watchers, isStoreReady }: MeasuredParts): void {
    const registers = [this.#registry];
    const gauge = <Label extends string>(
      name: string,
      help: string,
      labelNames: Label[],
      collect: (gauge: Gauge<Label>) => void | Promise<void>,
    ) => {
      const made: Gauge<Label> = new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect: () => collect(made),
      });
    };
    gauge('eligibility_watchers', 'Clients that follow a subscription.', [], (made) =>
      made.set(watchers()),
    );
    gauge(
      'eligibility_store_ready',
      'Whether results can be stored: 1, or 0 where /readyz says why not.',
      [],
      async (made) => made.set((await isStoreReady()) ? 1 : 0),
    );
    gauge(
      'eligibility_polls',
      'Things of an operator that are watched; of several processes one polls each.',
      ['operator'],
      (made) => {
        for (const [operator, { polls }] of connections) made.set({ operator }, polls?.() ?? 0);
      },
    );
    gauge(
      'eligibility_operator_circuit',
      'The state of the circuit of an operator: 1 for the one that it is in.',
      ['operator', 'state'],
      (made) => {
        for (const [operator, { calls }] of connections) {
          const { circuit } = calls.status();
          for (const state of circuitStates) {
            made.set({ operator, state }, state === circuit ? 1 : 0);
          }
        }
      },
    );
    const counted: Counter<'operator' | 'kind'> = new Counter({
      name: 'eligibility_operator_deviations_total',
      help: 'Where answers of an operator deviated from its documentation, by kind.',
      labelNames: ['operator', 'kind'],
      registers,
      collect: () => {
        counted.reset();
        for (const [operator, kinds] of deviations) {
          for (const [kind, count] of kinds.counts()) counted.inc({ operator, kind }, count);
        }
      },
    });
  }

  /** All of it as text, with its media type. */
  async read(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }
}
