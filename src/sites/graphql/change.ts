import { afterArg, afterSchema, findBeginning } from '../../schema/resume.ts';
import { builder } from '../../schema/builder.ts';
import { NotFoundError } from '../../vocabulary/errors.ts';
import {
  ChangeEventRef,
  OutcomeChangeRef,
  SiteQualificationRef,
  type ChangeEvent,
} from './refs.ts';
import { siteSessionKey } from '../session.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';

ChangeEventRef.implement({
  description: "A change of one operator's outcome.",
  fields: (t) => ({
    sequence: t.int({
      nullable: false,
      resolve: ({ change }) => change?.sequence ?? 0,
      description:
        "The change's position in the log, from 1: give the last one seen as `after` to go on from there.",
    }),
    change: t.field({
      type: OutcomeChangeRef,
      resolve: ({ siteQualificationId, change }) =>
        change && { siteQualificationId, outcome: change.outcome },
      description: 'The outcome as it was after this change. Null only beside an error.',
    }),
    siteQualification: t.field({
      type: SiteQualificationRef,
      resolve: ({ siteQualificationId }, _args, context) =>
        context.session(siteSessionKey).siteQualifications.load(siteQualificationId),
      description:
        'The site qualification as it is now, which may be after later changes. Null where it has been removed since.',
    }),
  }),
});

builder.subscriptionField('siteQualificationChange', (t) =>
  t.field({
    type: ChangeEventRef,
    nullable: false,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: 'The identifier that `qualifySite` gave.',
        }),
      ),
      after: t.arg.int(afterArg),
    },
    validate: afterSchema,
    subscribe: (_root, args, context) => {
      const { id } = args;
      const changes = context.session(siteSessionKey).follow(id, findBeginning(args, context));
      const events: AsyncIterableIterator<ChangeEvent> = {
        async next() {
          const { done, value } = await changes.next();
          return done
            ? { done: true, value: undefined }
            : {
                done: false,
                value: {
                  siteQualificationId: id,
                  change: value,
                  sequence: value?.sequence ?? null,
                },
              };
        },
        async return() {
          await changes.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => events,
      };
      return events;
    },
    resolve: (event: ChangeEvent) => {
      if (event.change !== null) return event;
      throw new NotFoundError(
        `There is no site qualification ${JSON.stringify(event.siteQualificationId)}.`,
      );
    },
    description:
      "Every change of an operator's outcome, its stages included, once and in order: first the past ones, then each as it happens. Completes when all operators have answered, failed or been skipped.",
  }),
);
