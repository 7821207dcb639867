import type { Address } from '../../vocabulary/place.ts';
import type { AddressCandidate } from '../candidate.ts';
import type { BestFit } from './search-file.ts';
import { leastScore, matchAddress } from './match.ts';

/**
 * By how much the score of another candidate is lower where its text fits less. Of two that fit alike, the geocoder (addok) puts the
 * more important street first: that is a share of 0.1 in 1.1, so that two meant by the same words differ by less than this.
 */
const clearlyLess = 0.1;

/**
 * The address that is meant, where only the geocoder's best candidate is known. Null where that does not decide it: then all candidates
 * have to be looked at. It is certain by the rule of {@link matchAddress}, and no candidate that is not known can be meant as well.
 */
export function matchBest(
  line: string,
  { candidate, nextScore }: BestFit,
  address: Address,
): AddressCandidate | null {
  if (candidate === null) return null;
  const { certain } = matchAddress(line, [candidate], address);
  if (certain === null) return null;
  const next = nextScore ?? 0;
  return next < leastScore || certain.score - next >= clearlyLess ? certain : null;
}
