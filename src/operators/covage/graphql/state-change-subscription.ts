import { afterArg, afterSchema, findBeginning, withLimit } from '../../../schema/resume.ts';
import { builder } from '../../../schema/builder.ts';
import { StateChangeRef } from '../../../schema/shared-types.ts';
import { isTerminal, type StateChange } from '../../../vocabulary/state-change.ts';
import type { WatchEvent } from '../../../watch/change-log.ts';
import { OperatorError, presentFailure } from '../../port/operator-error.ts';
import type { ProductOfferingQualification } from '../domain.ts';
import { unknownId } from '../watching/qualification-watches.ts';
import { covageKey } from '../session.ts';
import { QualificationRef } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

type Event = WatchEvent<StateChange, ProductOfferingQualification>;

const EventRef = builder
  .objectRef<Event>('ProductOfferingQualificationStateChangeEvent')
  .implement({
    description:
      'A state change of a qualification. The last event may instead say why watching ended without one.',
    fields: (t) => ({
      sequence: t.exposeInt('sequence', {
        nullable: false,
        description:
          "The change's position in the qualification's history, from 1: give the last one seen as `after` to go on from there. On an error: the last position known.",
      }),
      stateChange: t.field({
        type: StateChangeRef,
        resolve: (event) => event.change,
        description: 'The change. Null on an error.',
      }),
      terminal: t.boolean({
        nullable: false,
        resolve: (event) => event.change !== null && isTerminal(event.change.state),
        description: 'Whether the qualification ends with this change.',
      }),
      error: t.field({
        type: OperatorError,
        // The record stands for the error: graphql-js would take the instance for one that was thrown.
        resolve: (event) =>
          event.error instanceof OperatorError
            ? (presentFailure(event.error) as OperatorError)
            : null,
        description:
          'Why watching ended although the qualification has not: Covage could not be asked, or did not finish in time. Null on a change.',
      }),
      productOfferingQualification: t.field({
        type: QualificationRef,
        resolve: (event) => event.snapshot,
        description:
          'The qualification as it is now, which may be after later changes. Null where it was never seen.',
      }),
    }),
  });

/** Another tenant's qualification looks like one that Covage does not know. */
async function* watchNothing(id: string, after: number): AsyncGenerator<Event, void, undefined> {
  await Promise.resolve();
  yield { sequence: after, change: null, snapshot: null, last: true, error: unknownId(id) };
}

/** Whether the service has watched for as long as it does: the qualification may go on all the same. */
function wasWatchedForLongEnough({ error }: Event): boolean {
  return error instanceof OperatorError && error.code === 'TIMEOUT';
}

builder.subscriptionField('productOfferingQualificationStateChange', (t) =>
  t.field({
    type: EventRef,
    nullable: false,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "Covage's identifier of the qualification.",
        }),
      ),
      after: t.arg.int(afterArg),
    },
    subscribe: async (_root, args, context) => {
      const { id } = args;
      const after = findBeginning(args, context);
      const { watches, owner } = context.session(covageKey);
      const [isOwn] = await owner.owns([id]);
      if (isOwn !== true) return watchNothing(id, after);
      return withLimit(watches.read(id, after), wasWatchedForLongEnough);
    },
    resolve: (event: Event) => {
      if (event.error !== null && !(event.error instanceof OperatorError)) throw event.error;
      return event;
    },
    validate: afterSchema,
    description:
      'Every state change of a Covage qualification, once and in order: first the past ones, then each as it happens. Completes after the state in which the qualification ends. Subscribers to one qualification share the calls to Covage.',
  }),
);
