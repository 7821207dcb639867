import { describe, expect, test } from 'vitest';
import type { KoscEligibility } from '../../../src/operators/kosc/domain.ts';
import { maskName, withoutPersonalData } from '../../../src/operators/kosc/personal-data.ts';
import { RecentEligibilities } from '../../../src/operators/kosc/recent-eligibilities.ts';
import { openKoscSession } from '../../../src/operators/kosc/session.ts';
import { asking, startKosc } from '../../support/kosc-client.ts';

const checked = async (number: string): Promise<KoscEligibility> => {
  await using kosc = await startKosc();
  return await kosc.client.checkEligibility(asking(number, 'LINE_NUMBER'), {});
};
/** Of an owner who is a person, in Paris. */
const unlisted = '0199000001';
const listed = '0478299251';

describe('the mask of a name', () => {
  test.for([
    ['Jean Dupont', 'J*** D*****'],
    ['JEANNE DUPONT', 'J***** D*****'],
    ['  Jean   Dupont ', '  J***   D***** '],
    ['Élodie', 'É*****'],
    ['J', 'J'],
    ['', ''],
    ['𝒥ean', '𝒥***'],
  ] as const)('of %j is %j', ([name, expected]) => {
    expect(maskName(name)).toBe(expected);
  });
});

describe('an answer without personal data', () => {
  test('about a listed number masks the owner and nothing else', async () => {
    const answer = await checked(listed);
    const shown = withoutPersonalData(answer);
    expect(answer.endpoint?.address?.ownerName).toBe('SOCIETE DEMONSTRATION');
    expect(shown).toEqual({
      ...answer,
      endpoint: {
        ...answer.endpoint,
        address: { ...answer.endpoint?.address, ownerName: 'S****** D************' },
      },
    });
  });

  test('about an unlisted number holds neither the number, nor the owner, nor the street', async () => {
    const answer = await checked(unlisted);
    const text = JSON.stringify(withoutPersonalData(answer));
    const address = answer.endpoint?.address;
    expect(answer.endpoint?.copper?.unlistedNumber).toBe(true);
    for (const secret of [
      unlisted,
      'JEANNE',
      'DUPONT',
      address?.streetName,
      address?.koscStreetCode,
      String(answer.endpoint?.copper?.concentrationPoint?.location?.longitude),
    ]) {
      expect(secret).toBeTruthy();
      expect(text).not.toContain(secret);
    }
  });

  test('about an unlisted number keeps the commune, the line and the offers', async () => {
    const answer = await checked(unlisted);
    const shown = withoutPersonalData(answer);
    expect(shown.endpoint?.address).toMatchObject({
      city: answer.endpoint?.address?.city,
      koscInseeCode: answer.endpoint?.address?.koscInseeCode,
      ownerName: 'J***** D*****',
      streetNumber: null,
      streetName: null,
    });
    expect(shown).toMatchObject({ id: answer.id, offers: answer.offers, verdict: answer.verdict });
    expect(shown.endpoint?.copper).toMatchObject({ unlistedNumber: true, status: 'INACTIVE' });
    expect(shown.reference).toBe('0*********');
    expect(shown.endpoint?.endpointRef).toBe('0*********');
  });

  test('leaves the answer itself as it was', async () => {
    const answer = await checked(unlisted);
    const before = structuredClone(answer);
    withoutPersonalData(answer);
    expect(answer).toEqual(before);
  });

  test('about fibre is the answer', async () => {
    await using kosc = await startKosc();
    const answer = await kosc.client.checkEligibility(asking('FI-1000-0001', 'OTP'), {});
    expect(withoutPersonalData(answer)).toEqual(answer);
  });
});

describe('a session', () => {
  test('shows personal data only to those who may see it, when asking and when finding again', async () => {
    await using kosc = await startKosc();
    const kept = new RecentEligibilities();
    const sessionFor = (mayReadPersonalData: boolean) =>
      openKoscSession(kosc.client, kept, { signal: undefined, mayReadPersonalData });
    const shown = await sessionFor(false).check(asking(unlisted, 'LINE_NUMBER'));
    expect(shown.reference).toBe('0*********');
    expect(sessionFor(false).find(shown.id)).toEqual(shown);
    expect(sessionFor(true).find(shown.id)?.reference).toBe(unlisted);
    expect(sessionFor(true).find('elig-none')).toBeNull();
  });
});

describe('what is kept', () => {
  test('is the latest answers, the oldest going first', async () => {
    const answer = await checked(listed);
    const kept = new RecentEligibilities(2);
    for (const id of ['a', 'b', 'a', 'c']) kept.add({ ...answer, id });
    expect(['a', 'b', 'c'].map((id) => kept.find(id)?.id ?? null)).toEqual(['a', null, 'c']);
  });
});
