import type { z } from 'zod';
import type { InputRef } from '@pothos/core';
import type { Log } from '../../observe/log.ts';
import type { Deviations } from './deviations.ts';
import { lenientFields, type LenientFields } from '../calling/lenient.ts';
import { OperatorApi, type OperatorApiOptions } from '../calling/operator-api.ts';
import { OperatorCalls, type CallingOptions } from '../calling/operator-calls.ts';
import type { Store } from '../../store/store.ts';
import type { SharedPolls } from '../../watch/shared-polls.ts';
import type { Pace } from '../calling/pace.ts';
import type { SessionKey, SessionOptions } from './session.ts';
import type { SiteQualifier, SiteReader } from './site-qualifier.ts';

/**
 * The settings of one operator, each an environment variable with the schema that reads it. An operator is configured
 * by its `required` variables; without any of them it is played by the sandbox.
 */
export interface OperatorSettings {
  readonly required: Readonly<Record<string, z.ZodType>>;
  /** Their schemas have defaults. */
  readonly optional: Readonly<Record<string, z.ZodType>>;
}

/** The values of an operator's settings, by variable name. */
export type SettingsOf<S extends OperatorSettings> = {
  readonly [K in keyof S['required']]: z.output<S['required'][K]>;
} & { readonly [K in keyof S['optional']]: z.output<S['optional'][K]> };

/** The parts of the service that all operators use. */
interface SharedServices {
  readonly log: Log;
  readonly deviations: Deviations;
  /** For how long an operator's catalogue counts as current; 0 asks the operator each time. */
  readonly catalogueFreshMs: number;
  /** The store; resolves once it is open. */
  readonly store: () => Promise<Store>;
  /** Divides the polling of watched things among the replicas. */
  readonly sharedPolls: SharedPolls;
  /** Whether a key of a site may be composed of other facts about it. */
  readonly maySynthesiseKeys: boolean;
  /** How long a watch goes on, from its first reader, before it gives up. */
  readonly watchDeadlineMs: number;
}

/** The parts of the service that an operator is connected with. */
export interface OperatorServices extends SharedServices {
  /** How operators are called. */
  readonly calling: CallingOptions;
  /**
   * The pace at which jobs call an operator: all replicas together make at most `most` calls at once. `label` names the
   * operator in messages.
   */
  pace(label: string, most: number): Pace;
}

/** An adapter's description of its operator's API. Without `report`, deviations are counted with the operator's others. */
export type ApiOptions = Omit<OperatorApiOptions, 'calls' | 'report'> &
  Partial<Pick<OperatorApiOptions, 'report'>>;

/** The means of an adapter to talk to its operator. */
export interface AdapterServices extends SharedServices {
  /** Its calls: bounded, repeated where that is harmless, and counted. */
  readonly calls: OperatorCalls;
  /** Opens its API: authorised calls of its routes. It is closed with the connection. */
  openApi(options: ApiOptions): OperatorApi;
  /** Readers for the fields of its answers, which count how these depart from its documentation. */
  readonly fields: LenientFields;
  /** The pace at which jobs call it: all replicas together make at most `most` calls at once. */
  pace(most: number): Pace;
}

/** An operator that an adapter has connected to. */
export interface AdapterConnection<Session> {
  /**
   * Opens the operator's session for one execution: a thing is loaded once in it, and never served to another execution. Absent
   * where the operator adds no queries of its own to the API.
   */
  readonly openSession?: (options: SessionOptions) => Session;
  /** How the federation asks it about a site. */
  readonly siteQualifier: SiteQualifier;
  /** How many of its things this process watches; one of the processes that watch a thing polls it. Absent where nothing is watched. */
  readonly polls?: () => number;
}

/** An operator that this process talks to. */
export interface OperatorConnection {
  openSession(options: SessionOptions): unknown;
  readonly siteQualifier: SiteQualifier;
  /** Its calls, which also tell how it is doing. */
  readonly calls: OperatorCalls;
  readonly polls?: (() => number) | undefined;
  /** Ends everything under way and closes the connections. */
  close(): Promise<void>;
}

/** A reference to an object type of the schema. Only the schema knows the values that the type is resolved from. */
export interface ObjectTypeRef {
  readonly kind: 'Object';
  readonly name: string;
}

/** An operator's additions to the types of the federation. */
export interface SiteTypes {
  /** Its own answer: a member of the union `OperatorQualification`. */
  readonly qualification: ObjectTypeRef;
  /** Its own offer: a member of the union `OfferSource`. */
  readonly offer: ObjectTypeRef;
  /** Its own options of a question about a site: a field of `QualifySiteInput`. Absent where it has none. */
  readonly options?: {
    readonly field: string;
    readonly type: InputRef;
    readonly description: string;
  };
}

/**
 * The port: all that the rest of the service knows of an operator. Everything about how it spells things, answers,
 * fails or paginates stays in its folder, its GraphQL types included: importing the operator adds them to the schema.
 */
export interface Operator {
  /** The key of its sessions. Its `name` is the operator's value in the `Operator` enum. */
  readonly key: SessionKey<unknown>;
  /** Its description in the `Operator` enum. */
  readonly description: string;
  readonly siteTypes: SiteTypes;
  /** Reads sites and kept answers without calling the operator. */
  readonly siteReader: SiteReader;
  /** Example questions to it, for GraphiQL to open with. */
  readonly examples?: readonly Example[];
  /** Whether in production it is asked only where `OPERATORS` names it, even if its settings are there. */
  readonly isAskedByNameOnly?: boolean;
  readonly settings: OperatorSettings;
  connect(
    settings: Readonly<Record<string, unknown>>,
    services: OperatorServices,
  ): OperatorConnection;
}

/** An operator as its folder tells it. */
interface OperatorDefinition<S extends OperatorSettings, Session> extends Omit<
  Operator,
  'key' | 'settings' | 'connect'
> {
  readonly key: SessionKey<Session>;
  /** Its name in messages: `Kosc`. */
  readonly label: string;
  readonly settings: S;
  connect(settings: SettingsOf<S>, services: AdapterServices): AdapterConnection<Session>;
}

/** Declares an operator with the types of its settings inferred, for the registry. */
export function defineOperator<S extends OperatorSettings, Session>({
  connect,
  label,
  ...definition
}: OperatorDefinition<S, Session>): Operator {
  const { name } = definition.key;
  return {
    ...definition,
    connect(settings, { calling, pace, ...shared }) {
      const { report } = shared.deviations;
      const calls = new OperatorCalls(name, label, calling);
      const apis: OperatorApi[] = [];
      // The settings were read by the operator's own schemas.
      const connection = connect(settings as SettingsOf<S>, {
        ...shared,
        calls,
        openApi(options) {
          const api = new OperatorApi({ report, ...options, calls });
          apis.push(api);
          return api;
        },
        fields: lenientFields(report),
        pace: (most) => pace(label, most),
      });
      return {
        calls,
        siteQualifier: connection.siteQualifier,
        polls: connection.polls,
        openSession: connection.openSession ?? (() => null),
        async close() {
          await Promise.all(apis.map((api) => api.close()));
        },
      };
    },
  };
}

/** An operation to begin with in GraphiQL: named, with a first line that says what it does. It runs on the sandbox unchanged. */
export interface Example {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
  /** A mutation that makes what the operation is about: the `id` of its result becomes the variable of that name. */
  readonly makes?: string;
}
