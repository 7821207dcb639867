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
  /** For how long what its catalogue says is taken as it is; 0 asks the operator each time. */
  readonly catalogueFreshMs: number;
  /** The store; resolves once it is open. */
  readonly store: () => Promise<Store>;
  /** The other replicas that watch what this one watches. */
  readonly sharedPolls: SharedPolls;
  /** Whether a key of a site may be made up from what is known of it. */
  readonly maySynthesiseKeys: boolean;
  /** How long a watch goes on, from its first reader, before it gives up. */
  readonly watchDeadlineMs: number;
}

/** The parts of the service that an operator is connected with. */
export interface OperatorServices extends SharedServices {
  /** How operators are called. */
  readonly calling: CallingOptions;
  /** How jobs may ask the operator, with so many calls at once by all replicas together. `label` names it in messages. */
  pace(label: string, most: number): Pace;
}

/** An adapter's description of its operator's API. Without `report` the service's own is used. */
export type ApiOptions = Omit<OperatorApiOptions, 'calls' | 'report'> &
  Partial<Pick<OperatorApiOptions, 'report'>>;

/** The means of an adapter to talk to its operator. */
export interface AdapterServices extends SharedServices {
  /** Its calls: bounded, repeated where that is harmless, and counted. */
  readonly calls: OperatorCalls;
  /** Opens its API: authorised calls of its routes. It is closed with the connection. */
  openApi(options: ApiOptions): OperatorApi;
  /** Readers of what it answers, which count what departs from its documents. */
  readonly fields: LenientFields;
  /** How jobs may ask it, with so many calls at once by all replicas together. */
  pace(most: number): Pace;
}

/** An operator that an adapter has connected to. */
export interface AdapterConnection<Session> {
  /**
   * The operator for one execution: what is loaded in it is loaded once, and never served to another execution. Absent where
   * the operator adds no fields of its own to the API.
   */
  readonly openSession?: (options: SessionOptions) => Session;
  /** How the federation asks it about a site. */
  readonly siteQualifier: SiteQualifier;
  /** How many things of it this process watches; of several processes one polls each. Absent where nothing of it ever is. */
  readonly polls?: () => number;
}

/** An operator that this process talks to. */
export interface OperatorConnection {
  openSession(options: SessionOptions): unknown;
  readonly siteQualifier: SiteQualifier;
  /** How it is called, and so how it is doing. */
  readonly calls: OperatorCalls;
  readonly polls?: (() => number) | undefined;
  /** Ends everything under way and closes the connections. */
  close(): Promise<void>;
}

/** An object type of the schema by its reference. What it is made with is known to the schema alone. */
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
  /** Its value in the `Operator` enum. */
  readonly key: SessionKey<unknown>;
  /** Its description in the enum `Operator`. */
  readonly description: string;
  readonly siteTypes: SiteTypes;
  /** Its reader of sites and kept answers, which asks nothing. */
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

/** An operation to begin with in GraphiQL: named, with a first line that says what it does. It works on the sandbox as it is. */
export interface Example {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
  /** A mutation that makes what the operation is about: the `id` of its result becomes the variable of that name. */
  readonly makes?: string;
}
