import { describe, expect, test } from 'vitest';
import { UnreadableRecord } from '../../src/operators/calling/lenient.ts';
import { parseJson } from '../../src/operators/calling/answer.ts';
import { translateOffer } from '../../src/operators/covage/translate-offer.ts';
import { translateItem, translateQualification } from '../../src/operators/covage/translate.ts';
import { covageFields } from '../../src/operators/covage/wire.ts';
import { translateEligibility } from '../../src/operators/kosc/translate.ts';
import { koscFields } from '../../src/operators/kosc/wire.ts';
import { asking } from '../support/kosc-client.ts';
import * as ofCovage from './covage/documented-by-covage.ts';
import * as ofKosc from './kosc/documented-by-kosc.ts';

// Every part of every documented answer, replaced by whatever may come in its place.

const others: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  1e300,
  Infinity,
  '',
  ' ',
  'autre chose',
  '9'.repeat(400),
  '\u0000',
  [],
  [null],
  [[]],
  {},
  { id: {} },
];

/** Each copy of a value in which one part is replaced by `other`, with the path of that part. */
function* withOther(value: unknown, other: unknown, path = ''): Generator<[string, unknown]> {
  yield [path, other];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const [within, replaced] of withOther(member, other, `${path}.${name}`)) {
      const copy: unknown = Array.isArray(value) ? [...value] : { ...value };
      (copy as Record<string, unknown>)[name] = replaced;
      yield [within, copy];
    }
  }
}

const covage = covageFields(() => {});
const kosc = koscFields(() => {});
const request = asking('IMB/77108/X/031C', 'BUILDING');
const answers: readonly [string, string, (sent: unknown) => unknown][] = [
  ['a qualification', ofCovage.qualification, (sent) => translateQualification(covage, sent)],
  ['an item', ofCovage.itemResource, (sent) => translateItem(covage, sent)],
  ['an offer', ofCovage.offerDetail, (sent) => translateOffer(covage, sent)],
  [
    'the answer about a line',
    ofKosc.line,
    (sent) => translateEligibility(kosc, sent, request, 'now'),
  ],
  [
    'the answer about a building',
    ofKosc.building,
    (sent) => translateEligibility(kosc, sent, request, 'now'),
  ],
];

/** The numbers in a value, wherever they are. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe.each(answers)('%s', (_name, text, translate) => {
  test.for(others.map((other) => [JSON.stringify(other).slice(0, 20), other] as const))(
    'is read with %s in the place of any part, or has no identifier',
    ([, other]) => {
      for (const [path, sent] of withOther(parseJson(text).value, other)) {
        let read: unknown = null;
        try {
          read = translate(sent);
        } catch (error) {
          // Without itself, or its own identifier, there is nothing.
          expect(error).toBeInstanceOf(UnreadableRecord);
          expect(['', '.id']).toContain(path);
        }
        expect(numbersIn(read).every(Number.isFinite)).toBe(true);
      }
    },
  );
});
