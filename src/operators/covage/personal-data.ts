import { mask } from '../../vocabulary/mask.ts';
import type { SessionOptions } from '../port/session.ts';
import type { Requester } from './domain.ts';

/** The requester at Covage, masked for callers without the right to personal data. */
export function requesterFor(
  { mayReadPersonalData }: Pick<SessionOptions, 'mayReadPersonalData'>,
  requester: Requester | null,
): Requester | null {
  if (mayReadPersonalData || requester === null) return requester;
  const { email, firstName, lastName } = requester;
  return {
    email: email === null ? null : mask(email),
    firstName: firstName === null ? null : mask(firstName),
    lastName: lastName === null ? null : mask(lastName),
  };
}
