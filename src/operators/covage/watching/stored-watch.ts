import { z } from 'zod';
import { NotFoundError } from '../../../vocabulary/errors.ts';
import type { StoredForm } from '../../../watch/watch.ts';
import { OperatorError, operatorErrorCodes } from '../../port/operator-error.ts';
import type { ProductOfferingQualification } from '../domain.ts';

/**
 * The form in which watched qualifications are stored. To be counted up when a field of `domain.ts` is added or changed:
 * what is stored in another form is asked for again, which costs one call.
 */
const snapshotForm = 3;

const snapshotSchema = z.object({
  form: z.literal(snapshotForm),
  qualification: z.looseObject({}),
});

const errorSchema = z.object({
  code: z.enum(operatorErrorCodes).nullable(),
  message: z.string(),
  retryAfterMs: z.number().nullish(),
  correlationId: z.string().nullish(),
  status: z.number().nullish(),
});

/** How the watches of several replicas tell each other of qualifications and of failures. */
export const storedForm: StoredForm<ProductOfferingQualification> = {
  writeSnapshot: (qualification) => ({ form: snapshotForm, qualification }),
  readSnapshot(stored) {
    const { data } = snapshotSchema.safeParse(stored);
    // `writeSnapshot` has written it.
    return data === undefined
      ? null
      : (data.qualification as unknown as ProductOfferingQualification);
  },
  writeError(error) {
    if (error instanceof NotFoundError) return { code: null, message: error.message };
    if (!(error instanceof OperatorError)) return null;
    const { code, message, retryAfterMs, correlationId, status } = error;
    return { code, message, retryAfterMs, correlationId, status };
  },
  readError(stored) {
    const { data } = errorSchema.safeParse(stored);
    if (data === undefined) {
      return new OperatorError(
        'COVAGE',
        'INVALID_RESPONSE',
        'Watching Covage failed in another process, whose log says why.',
      );
    }
    const { code, message, retryAfterMs, correlationId, status } = data;
    if (code === null) return new NotFoundError(message);
    return new OperatorError('COVAGE', code, message, {
      retryAfterMs: retryAfterMs ?? undefined,
      correlationId: correlationId ?? undefined,
      status: status ?? undefined,
    });
  },
};
