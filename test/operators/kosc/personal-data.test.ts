import { describe, expect, test } from 'vitest';
import type { KoscEligibility } from '../../../src/operators/kosc/domain.ts';
import { withoutPersonalData } from '../../../src/operators/kosc/personal-data.ts';
import { mask } from '../../../src/vocabulary/mask.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { asking, startKosc } from '../../support/kosc-client.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../../support/start-test-service.ts';

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
  ] as const)('the mask of a name of %j is %j', ([name, expected]) => {
    expect(mask(name)).toBe(expected);
  });
});

describe('an answer without personal data', () => {
  test('an answer without personal data about a listed number masks the owner and nothing else', async () => {
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

  test('an answer without personal data about an unlisted number holds neither the number, nor the owner, nor the street', async () => {
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

  test('an answer without personal data about an unlisted number keeps the commune, the line and the offers', async () => {
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

  test.for([
    ['does not say whether it is listed', { unlistedNumber: null }],
    ['says nothing of the line', null],
  ] as const)(
    'about a number of which Kosc %s is that about an unlisted one',
    async ([, known]) => {
      const answer = await checked(unlisted);
      const { endpoint } = answer;
      const copper = known && endpoint?.copper ? { ...endpoint.copper, ...known } : null;
      const shown = withoutPersonalData({
        ...answer,
        endpoint: endpoint && { ...endpoint, copper },
      });
      expect(shown.reference).toBe('0*********');
      expect(shown.endpoint?.endpointRef).toBe('0*********');
      expect(shown.endpoint?.address?.streetName).toBeNull();
      expect(shown.endpoint?.copper?.concentrationPoint?.location ?? null).toBeNull();
    },
  );

  test('an answer without personal data leaves the answer itself as it was', async () => {
    const answer = await checked(unlisted);
    const before = structuredClone(answer);
    withoutPersonalData(answer);
    expect(answer).toEqual(before);
  });

  test('an answer without personal data about fibre is the answer', async () => {
    await using kosc = await startKosc();
    const answer = await kosc.client.checkEligibility(asking('FI-1000-0001', 'OTP'), {});
    expect(withoutPersonalData(answer)).toEqual(answer);
  });
});

const shownFields = `fragment Shown on KoscEligibility {
  id reference endpoint { endpointRef address { streetName ownerName } } }`;
const check = `mutation ($input: CheckKoscEligibilityInput!) {
  checkKoscEligibility(input: $input) { ... on KoscEligibility { ...Shown } } } ${shownFields}`;
const find = `query ($id: ID!) { koscEligibility(id: $id) { ...Shown } } ${shownFields}`;

interface Shown {
  readonly id: string;
  readonly reference: string;
}

/** What a caller is shown of the unlisted line when asking about it. */
async function asked({ url }: TestService): Promise<Shown | undefined> {
  const input = {
    reference: unlisted,
    referenceType: 'LINE_NUMBER',
    status: 'INACTIVE',
    activationType: 'ACTIVATE',
  };
  const answer = await graphqlRequest<{ checkKoscEligibility: Shown }>(url, check, { input });
  return answer.data?.checkKoscEligibility;
}

/** What a caller is shown of an answer that was given before. */
async function found({ url }: TestService, id: string): Promise<Shown | undefined> {
  const answer = await graphqlRequest<{ koscEligibility: Shown }>(url, find, { id });
  return answer.data?.koscEligibility;
}

describe('a caller', () => {
  test('a caller is shown personal data only where the setting says so, when asking and when finding the answer again', async () => {
    await using store = await openTestStore();
    const startFor = (env: Record<string, string>) => startTestService({ env, store });
    await using masking = await startFor({});
    await using exposing = await startFor({ EXPOSE_PERSONAL_DATA: '1' });
    const hidden = await asked(masking);
    const open = await asked(exposing);
    expect(hidden).toEqual({
      id: expect.any(String),
      reference: '0*********',
      endpoint: {
        endpointRef: '0*********',
        address: { streetName: null, ownerName: 'J***** D*****' },
      },
    });
    expect(open).toMatchObject({
      reference: unlisted,
      endpoint: { endpointRef: unlisted, address: { ownerName: 'JEANNE DUPONT' } },
    });
    // What one caller asked for is kept once, and shown to each as it may be.
    expect(await found(masking, hidden?.id ?? '')).toEqual(hidden);
    expect(await found(exposing, open?.id ?? '')).toEqual(open);
    expect(await found(masking, open?.id ?? '')).toEqual({ ...hidden, id: open?.id });
    expect(await found(exposing, hidden?.id ?? '')).toEqual({ ...open, id: hidden?.id });
  });
});
