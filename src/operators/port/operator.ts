import type { z } from 'zod';
import type { InputRef } from '@pothos/core';
import type { Log } from '../../observe/log.ts';
import type { Deviations } from './deviations.ts';
import type { CallingOptions, OperatorCalls } from '../calling/operator-calls.ts';
import type { Store } from '../../store/store.ts';
import type { SharedPolls } from '../../watch/shared-polls.ts';
import type { Pace } from '../calling/pace.ts';
import type { Example } from './example.ts';
import type { SessionKey, SessionScope } from './session.ts';
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

/** What the service gives every operator's adapter. */
export interface OperatorServices {
  readonly log: Log;
  readonly deviations: Deviations;
  /** How the operator is called; its adapter makes an OperatorCalls of it. */
  readonly calling: CallingOptions;
  /** For how long what its catalogue says is taken as it is; 0 asks the operator each time. */
  readonly catalogueFreshMs: number;
  /** What outlives the process; resolves once it is open. */
  readonly store: () => Promise<Store>;
  /** How jobs may ask this operator, with so many calls at once by all replicas together. `label` names it in messages. */
  pace(label: string, most: number): Pace;
  /** The other replicas that watch what this one watches. */
  readonly sharedPolls: SharedPolls;
  /** Whether a key of a site may be made up from what is known of it. */
  readonly maySynthesiseKeys: boolean;
  /** How long a watch goes on, from its first reader, before it gives up. */
  readonly watchDeadlineMs: number;
}

/** An operator that this process talks to. */
export interface OperatorConnection<Session = unknown> {
  /** The operator for one execution: what is loaded in it is loaded once, and never served to another execution. */
  openSession(scope: SessionScope): Session;
  /** How the federation asks it about a site. */
  readonly sites: SiteQualifier;
  /** How it is called, and so how it is doing. */
  readonly calls: OperatorCalls;
  /** How many things of it this process watches; of several processes one polls each. Absent where nothing of it ever is. */
  readonly polls?: () => number;
  /** Ends everything under way and closes the connections. */
  close(): Promise<void>;
}

/** An object type of the schema by its reference. What it is made with is known to the schema alone. */
export interface ObjectTypeRef {
  readonly kind: 'Object';
  readonly name: string;
}

/** What an operator adds to the types of the federation. */
export interface SiteTypes {
  /** Its own answer: a member of the union `OperatorQualification`. */
  readonly qualification: ObjectTypeRef;
  /** Its own offer: a member of the union `OfferSource`. */
  readonly offer: ObjectTypeRef;
  /** Its own options of a question about a site: a field of `QualifySiteInput`. */
  readonly options: {
    readonly field: string;
    readonly type: InputRef;
    readonly description: string;
  };
}

/**
 * The port: all that the rest of the service knows of an operator. Everything about how it spells things, answers,
 * fails or paginates stays in its folder, its GraphQL types included: importing the operator adds them to the schema.
 */
export interface Operator<S extends OperatorSettings = OperatorSettings, Session = unknown> {
  /** Its value in the `Operator` enum. */
  readonly key: SessionKey<Session>;
  /** What the `Operator` enum says of it. */
  readonly description: string;
  readonly siteTypes: SiteTypes;
  /** What it makes of sites and kept answers without asking. */
  readonly sites: SiteReader;
  /** What there is to ask it itself, for GraphiQL to open with. */
  readonly examples?: readonly Example[];
  readonly settings: S;
  connect(settings: SettingsOf<S>, services: OperatorServices): OperatorConnection<Session>;
}

/** Declares an operator with the types of its settings inferred, for the registry. */
export function defineOperator<S extends OperatorSettings, Session>(
  operator: Operator<S, Session>,
): Operator {
  // The registry holds operators of any settings and sessions; each only ever meets its own again.
  return operator;
}
