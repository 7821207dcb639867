import { createHash } from 'node:crypto';
import type { EncodedSite } from './eligibility-id.ts';
import type { FamilyAnswer, Site } from './site.ts';

/** A plausible site for an identifier that no named site has. It depends on the identifier only. */
export function unlistedSite(eligibilityId: string, encoded: EncodedSite): Site {
  const dice = createHash('sha256').update(eligibilityId).digest();
  const roll = (index: number, sides: number): number => (dice[index] ?? 0) % sides;
  const nowhere = roll(3, 8) === 0;
  const answer = (index: number) => (nowhere ? 'not-eligible' : answerOf(roll(index, 10)));
  const zone = (index: number): 1 | 2 | 3 => ([1, 2, 3] as const)[roll(index, 3)] ?? 2;
  return {
    name: 'unlisted',
    shows: 'an answer made up from the identifier, always the same',
    place: null,
    ...encoded,
    tarifZone: roll(4, 5) === 0 ? 'DENSE' : '',
    density: (['TD', 'MD', 'PD'] as const)[roll(5, 3)] ?? 'MD',
    zones: { BPE: zone(6), BPEA: zone(7), DIA: zone(8) },
    deliveryWeeks: { BPE: 10 + roll(9, 40), BPEA: 10 + roll(10, 40), DIA: 10 + roll(11, 40) },
    bandwidthMax: [100, 500, 1000, 10_000][roll(12, 4)] ?? 1000,
    families: { BPE: answer(0), BPEA: answer(1), DIA: answer(2) },
    withoutOffers: false,
    dataError: null,
    guaranteedDays: 30,
    slowness: 1,
    lifecycle: {},
    documented: null,
  };
}

function answerOf(roll: number): FamilyAnswer {
  if (roll < 7) return 'eligible';
  return roll < 9 ? 'not-eligible' : 'on-quotation';
}
