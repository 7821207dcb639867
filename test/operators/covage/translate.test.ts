import { describe, expect, test } from 'vitest';
import { translateFamily, translateOffer } from '../../../src/operators/covage/translate-offer.ts';
import {
  translateCreation,
  translateItem,
  translateQualification,
} from '../../../src/operators/covage/translate.ts';
import { covageFields, type CovageFields } from '../../../src/operators/covage/wire.ts';
import { parseJson } from '../../../src/operators/calling/answer.ts';
import { startAnsweringCovage } from '../../support/covage-client.ts';
import * as documented from './documented-by-covage.ts';

/** Reads a text as the adapter does, and what was reported on the way. */
function read<T>(text: string, translate: (fields: CovageFields, sent: unknown) => T) {
  const reported: string[] = [];
  const { value } = parseJson(text);
  return {
    read: translate(
      covageFields((kind) => reported.push(kind)),
      value,
    ),
    reported,
  };
}

const parent = {
  qualificationId: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
  state: 'DONE_READY',
  stateText: 'done.ready',
} as const;
const insideQualification = (fields: CovageFields, sent: unknown) =>
  translateItem(fields, sent, parent);

const euros = (amount: string) => ({ amount, currency: 'EUR' });
const requester = { email: 'anonymous@example.fr', firstName: 'Ano', lastName: 'Nymous' };
const history = [
  ['ACKNOWLEDGED', 'acknowledged', '2025-04-04T10:07:24.276+02:00'],
  ['IN_PROGRESS_ELIGIBILITY', 'in_progress.elig', '2025-04-04T10:07:24.678+02:00'],
  ['IN_PROGRESS_OFFER', 'in_progress.offer', '2025-04-04T10:07:24.791+02:00'],
  ['DONE_READY', 'done.ready', '2025-04-04T10:07:26.332+02:00'],
].map(([state, stateText, changeDate]) => ({ state, stateText, changeDate, changeReason: null }));

test('two offers of an item that have one identifier have ids of their own', () => {
  const offer = '{"product_id":"2173","offer_family":"BPE"}';
  const item = `{"id":"i","products_offering":[${offer},${offer.replace('BPE', 'DIA')}]}`;
  const { offers } = read(item, insideQualification).read;
  expect(offers?.map(({ id, offer: { id: of } }) => [id, of])).toEqual([
    ['i:2173', '2173'],
    ['i:2173:2', '2173'],
  ]);
});

describe('each documented payload', () => {
  test('a category', () => {
    const { read: family, reported } = read(documented.category, translateFamily);
    expect(family).toEqual({
      name: 'BPE',
      type: 'OFFER_FAMILY',
      description: null,
    });
    expect(reported).toEqual([]);
  });

  test('the answer to a creation', () => {
    expect(read(documented.creation, translateCreation).read).toEqual({
      id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      creationDate: '2025-04-04T10:07:24.274+02:00',
    });
  });

  test('a qualification', () => {
    const { read: qualification, reported } = read(
      documented.qualification,
      translateQualification,
    );
    const { items, ...rest } = qualification;
    expect(rest).toEqual({
      id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      externalId: '987654',
      projectId: '456789',
      creationDate: '2025-04-04T10:07:24.274+02:00',
      effectiveQualificationDate: null,
      href: null,
      requester,
      state: 'DONE_READY',
      stateText: 'done.ready',
      terminal: true,
      verdict: 'ELIGIBLE',
      stateChanges: history,
    });
    expect(items).toHaveLength(1);
    expect(reported).toEqual([]);
  });

  test('a qualification whose items are not told yet', () => {
    const { read: qualification } = read(
      documented.qualificationWithoutItems,
      translateQualification,
    );
    expect(qualification).toMatchObject({ items: null, verdict: 'UNDETERMINED' });
  });

  test('an item', () => {
    const { read: item, reported } = read(documented.item, insideQualification);
    const { offers, ...rest } = item;
    expect(rest).toEqual({
      id: 'a4517ca6-1f13-42a2-9359-4ff3cc21785b',
      productOfferingQualificationId: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      creationDate: null,
      requester,
      state: 'DONE_READY',
      stateChanges: history,
      verdict: 'ELIGIBLE',
      confidence: 'GREEN',
      requestedOfferFamilies: null,
      eligibleOfferFamilies: ['BPEA', 'BPE'],
      eligibleOfferTechnologies: null,
      density: null,
      tariffZone: null,
      zones: ['BPE', 'BPEA', 'DIA'].map((offerFamily) => ({
        offerFamily,
        zone: 2,
        label: 'THD ZONE 2',
      })),
      estimatedDeliveries: [
        { offerFamily: 'BPE', text: 'T0 + 33 SEMAINES', days: 231 },
        { offerFamily: 'BPEA', text: 'T0 + 33 SEMAINES', days: 231 },
        { offerFamily: 'DIA', text: 'T0 + 34 SEMAINES', days: 238 },
      ],
      maxBandwidth: 1000,
      place: {
        eligibilityId: 'KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp',
        buildingRef: null,
        location: { longitude: 1.0741197, latitude: 49.4629709 },
      },
      address: {
        label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
        streetNumber: '4',
        streetExtension: 'B',
        streetName: 'Rue Andrei Sakharov',
        streetId: '76451055R',
        cityName: 'MONT ST AIGNAN',
        cityId: '76451',
        inseeCode: '76451',
        postCode: '76130',
      },
      guaranteedUntilDate: null,
      price: euros('145.00'),
      networkAccessFee: euros('0.00'),
      serviceAccessFee: euros('0.00'),
      pricingResolved: null,
    });
    expect(offers).toHaveLength(1);
    expect(reported).toEqual([]);
  });

  test('an offer of an item', () => {
    expect(read(documented.item, insideQualification).read.offers).toEqual([
      {
        id: 'a4517ca6-1f13-42a2-9359-4ff3cc21785b:2173',
        offer: {
          id: '2173',
          name: 'BPEA 20M/100M_24 mois',
          description: 'BPEA 20M/100M',
          offerFamily: 'BPEA',
          offerTechnology: 'FIBDE',
          bandwidth: '20M',
          guaranteedBandwidth: 20,
          maxBandwidth: 20,
          commitment: { text: '24MOIS', months: 24 },
        },
        zone: 2,
        tariffZone: null,
        onQuotation: false,
        verdict: 'ELIGIBLE',
        price: null,
        networkAccessFee: null,
        serviceAccessFee: null,
        priceStatus: 'NOT_RESOLVED',
        accessFeesStatus: 'NOT_RESOLVED',
      },
    ]);
  });

  test('an item as it is printed, without density, offers and resolve_pricing, decides nothing', () => {
    const { read: item, reported } = read(documented.itemAsPrinted, insideQualification);
    expect(item).toMatchObject({
      density: null,
      offers: null,
      pricingResolved: null,
      verdict: 'UNDETERMINED',
      confidence: null,
    });
    expect(reported).toEqual([]);
  });

  test('the resource of an item', () => {
    const { read: item, reported } = read(documented.itemResource, translateItem);
    expect(item).toMatchObject({
      productOfferingQualificationId: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      creationDate: '2025-04-04T10:07:24.274+02:00',
      requestedOfferFamilies: ['BPEA', 'BPE'],
      eligibleOfferFamilies: ['BPEA'],
      eligibleOfferTechnologies: ['FIBDE'],
      density: 'TD',
      zones: [
        { offerFamily: 'BPE', zone: 2, label: 'THD ZONE 2' },
        { offerFamily: 'BPEA', zone: 2, label: 'THD ZONE 2' },
        { offerFamily: 'DIA', zone: 3, label: 'THD ZONE 3' },
      ],
      maxBandwidth: 1000,
      guaranteedUntilDate: '2025-05-04T10:07:24.274+02:00',
      stateChanges: null,
      offers: null,
      verdict: 'ELIGIBLE',
    });
    expect(reported).toEqual([]);
  });

  test('the detail of an offer with its options', () => {
    const { read: offer, reported } = read(documented.offerDetail, translateOffer);
    expect(offer).toEqual({
      id: '1765',
      name: 'BPE 20M _Zone dense_24 mois',
      description: 'description',
      href: null,
      offerFamily: 'BPE',
      offerTechnology: 'FIBDE',
      bandwidth: '20M',
      guaranteedBandwidth: 20,
      maxBandwidth: 20,
      commitment: { text: '24MOIS', months: 24 },
      tariffZone: 'DENSE',
      lastUpdate: '2024-06-22T08:28:06Z',
      price: euros('155.00'),
      networkAccessFee: euros('240.00'),
      serviceAccessFee: euros('360.00'),
      priceStatus: 'KNOWN',
      recurring: true,
      options: [
        {
          name: 'SECURISATIONCOLLECTE',
          type: 'Option',
          values: [
            {
              optionId: '241',
              label: 'SECURISATION COLLECTE Active - Passive',
              price: euros('10.00'),
              recurring: true,
            },
          ],
        },
      ],
    });
    expect(reported).toEqual([]);
  });

  test('an offer of the list with prices', () => {
    const { read: offer, reported } = read(documented.pricedOffer, translateOffer);
    expect(offer).toMatchObject({
      id: 'BPE_100M_24MOIS',
      price: euros('210.50'),
      href: null,
      recurring: null,
      options: null,
    });
    expect(reported).toEqual([]);
  });

  test('the types of site', async () => {
    const { siteConnectionTypes: text } = documented;
    await using covage = await startAnsweringCovage(() => ({ text }));
    const types = await covage.client.fetchSiteConnectionTypes({});
    expect(types).toHaveLength(11);
    expect(types).toContain("Zone d'activité ZA");
  });
});
