import { OperatorError, type OperatorErrorCode } from '../operators/port/operator-error.ts';
import { builder } from './builder.ts';
import {
  InvalidInputError,
  ReferenceNotFoundError,
  type InputIssue,
} from '../vocabulary/errors.ts';
import { enumValues } from './shared-types.ts';

// Failures that are members of a mutation's result, or data beside an event.

const EligibilityError = builder.interfaceRef<{ message: string }>('EligibilityError').implement({
  description:
    'An expected failure of a mutation. Every failure in the union of a result has this message.',
  fields: (t) => ({
    message: t.exposeString('message', {
      nullable: false,
      description: 'A sentence for a person: what was wrong, and what to do.',
    }),
  }),
});

export const InputIssueRef = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.field({
      type: ['String'],
      nullable: { list: false, items: false },
      resolve: (issue) => [...issue.path],
      description:
        'Where it is, from the argument down: `["input", "items", "0", "eligibilityId"]`.',
    }),
    code: t.exposeString('code', {
      nullable: false,
      description: 'A stable word, for a client to translate.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'What was given, and what is expected.',
    }),
    allowed: t.int({
      resolve: ({ allowed }) => allowed ?? null,
      description:
        'How much may be given, where there is too much: characters, members or rows. Of ROW_RAGGED, how many cells the heading has. Null for every other code.',
    }),
    found: t.int({
      resolve: ({ found }) => found ?? null,
      description: 'How much was given. Null without `allowed`, and where it was not counted.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input cannot be used, and no operator was asked.',
  interfaces: [EligibilityError],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueRef],
      nullable: { list: false, items: false },
      resolve: (error) => [...error.issues],
      description: 'Everything that is wrong with it, at least one.',
    }),
  }),
});

builder.objectType(ReferenceNotFoundError, {
  name: 'ReferenceNotFoundError',
  description:
    'The operator does not know the reference: a line number, an optical outlet or a building. That is not a verdict on the place.',
  interfaces: [EligibilityError],
  fields: (t) => ({
    reference: t.exposeString('reference', {
      nullable: false,
      description: 'The reference as it was asked.',
    }),
  }),
});

const OperatorErrorCodeEnum = builder.enumType('OperatorErrorCode', {
  description:
    'How asking an operator failed. In the errors of queries and subscriptions the same words stand in `extensions.code` behind `OPERATOR_`.',
  values: enumValues<OperatorErrorCode>({
    UNREACHABLE: 'The service could not connect to the operator, or a gateway before it answered 502, 503 or 504.',
    TIMEOUT:
      'The operator did not answer in time, or so many calls to it were under way that this one was not sent.',
    RATE_LIMITED: 'The operator asks to slow down (429); `retryAfterSeconds` says for how long, if the operator does.',
    UNAUTHENTICATED: "The operator does not accept the service's credentials, even after they were renewed.",
    FORBIDDEN: "The operator does not allow this to the service's account.",
    REJECTED: 'The operator refuses the request; the message has its words.',
    NOT_FOUND: 'The operator does not know something that the request needs.',
    SERVER_ERROR: 'The operator failed (500).',
    UPSTREAM_UNREACHABLE: 'The operator says that a service behind it does not answer.',
    INVALID_RESPONSE: "The operator's answer cannot be read, or is about another place than the site.",
    CIRCUIT_OPEN:
      'The operator failed too often of late, so the service leaves it alone for a moment; `retryAfterSeconds` says for how long.',
    QUALIFICATION_FAILED: 'The operator ended the qualification with an error; the message has its reason.',
  }),
});

/** Adds the type of an operator's failure, once the enum of the operators is known. */
export function defineOperatorError(
  OperatorEnum: ReturnType<typeof builder.enumType<'Operator', string[]>>,
): void {
  builder.objectType(OperatorError, {
    name: 'OperatorError',
    description:
      'Asking an operator failed. A failure is never an answer: it does not mean "not eligible".',
    interfaces: [EligibilityError],
    fields: (t) => ({
      operator: t.field({
        type: OperatorEnum,
        nullable: false,
        resolve: (error) => error.operator,
        description: 'The operator that was asked.',
      }),
      code: t.expose('code', {
        type: OperatorErrorCodeEnum,
        nullable: false,
        description: 'How it failed, for a program.',
      }),
      retryable: t.exposeBoolean('retryable', {
        nullable: false,
        description: 'Whether the same request may succeed later without a change.',
      }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        description:
          'How long to wait before asking again, in seconds: the time that the operator asks for, or with CIRCUIT_OPEN the time until the next trial call. Null when not known.',
      }),
      correlationId: t.exposeString('correlationId', {
        description:
          "The operator's own name for the exchange (Kosc: `apirequest_uuid`), to quote to its support. Null where it gives none.",
      }),
    }),
  });
}
