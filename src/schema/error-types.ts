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
    'An expected failure of a mutation: select its message on whichever member of the result it is.',
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
    UNREACHABLE: 'No connection to it, or a gateway before it answered 502, 503 or 504.',
    TIMEOUT:
      'It did not answer in time, or so many calls to it were under way that this one was not sent.',
    RATE_LIMITED: 'It asks to slow down (429); `retryAfterSeconds` says for how long, if it does.',
    UNAUTHENTICATED: "It does not take this service's credentials, even after they were renewed.",
    FORBIDDEN: "It does not allow this to this service's account.",
    REJECTED: 'It refuses the request; its words are in the message.',
    NOT_FOUND: 'It does not know what the request needs.',
    SERVER_ERROR: 'It failed (500).',
    UPSTREAM_UNREACHABLE: 'It says that a service behind it does not answer.',
    INVALID_RESPONSE: 'Its answer cannot be read, or is about another place than the site.',
    CIRCUIT_OPEN:
      'It failed too often of late and is left alone for a moment; `retryAfterSeconds` says for how long.',
    QUALIFICATION_FAILED: 'It ended the qualification with an error; its reason is in the message.',
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
        description: 'Whether the same request may succeed later as it is.',
      }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        description:
          'How long to wait before asking again, in seconds: what the operator asks for, or, of CIRCUIT_OPEN, when it is tried again. Null where nobody says.',
      }),
      correlationId: t.exposeString('correlationId', {
        description:
          "The operator's own name for the exchange (Kosc: `apirequest_uuid`), to quote to its support. Null where it gives none.",
      }),
    }),
  });
}
