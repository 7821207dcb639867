import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  translateFamily,
  translateItem,
  translateOffer,
  translateQualification,
} from '../../../src/operators/covage/translate.ts';
import { covageWire, type CovageWire } from '../../../src/operators/covage/wire.ts';
import { parseJson } from '../../../src/operators/calling/json.ts';
import * as documented from './documented.ts';

/** Reads a text as the adapter does, and what was reported on the way. */
function read<K extends keyof CovageWire>(kind: K, text: string) {
  const reported: string[] = [];
  const wire = covageWire((deviation) => reported.push(deviation));
  const { value } = parseJson(text);
  return { wire: wire[kind].parse(value) as z.output<CovageWire[K]>, reported };
}

const euros = (amount: string) => ({ amount, currency: 'EUR' });
const requester = { email: 'anonymous@example.fr', firstName: 'Ano', lastName: 'Nymous' };
const history = [
  ['ACKNOWLEDGED', 'acknowledged', '2025-04-04T10:07:24.276+02:00'],
  ['IN_PROGRESS_ELIGIBILITY', 'in_progress.elig', '2025-04-04T10:07:24.678+02:00'],
  ['IN_PROGRESS_OFFER', 'in_progress.offer', '2025-04-04T10:07:24.791+02:00'],
  ['DONE_READY', 'done.ready', '2025-04-04T10:07:26.332+02:00'],
].map(([state, stateText, changeDate]) => ({ state, stateText, changeDate, changeReason: null }));

describe('each documented payload', () => {
  test('a category', () => {
    const { wire, reported } = read('family', documented.category);
    expect(translateFamily(wire)).toEqual({
      name: 'BPE',
      type: 'OFFER_FAMILY',
      description: null,
    });
    expect(reported).toEqual([]);
  });

  test('the answer to a creation', () => {
    expect(read('created', documented.creation).wire).toEqual({
      id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      creation_date: '2025-04-04T10:07:24.274+02:00',
    });
  });

  test('a qualification', () => {
    const { wire, reported } = read('qualification', documented.qualification);
    const { items, ...rest } = translateQualification(wire);
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
    const { wire } = read('qualification', documented.qualificationWithoutItems);
    expect(translateQualification(wire)).toMatchObject({ items: null, verdict: 'UNDETERMINED' });
  });

  test('an item', () => {
    const { wire, reported } = read('itemInside', documented.item);
    const { offers, ...rest } = translateItem(wire, {
      qualificationId: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
      state: 'done.ready',
    });
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
    const { wire } = read('itemInside', documented.item);
    expect(translateItem(wire).offers).toEqual([
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
      },
    ]);
  });

  test('an item as it is printed, without density, offers and resolve_pricing, decides nothing', () => {
    const { wire, reported } = read('itemInside', documented.itemAsPrinted);
    expect(translateItem(wire)).toMatchObject({
      density: null,
      offers: null,
      pricingResolved: null,
      verdict: 'UNDETERMINED',
      confidence: null,
    });
    expect(reported).toEqual([]);
  });

  test('the resource of an item', () => {
    const { wire, reported } = read('item', documented.itemResource);
    expect(translateItem(wire)).toMatchObject({
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
    const { wire, reported } = read('offer', documented.offerDetail);
    expect(translateOffer(wire)).toEqual({
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
    const { wire, reported } = read('offer', documented.pricedOffer);
    expect(translateOffer(wire)).toMatchObject({
      id: 'BPE_100M_24MOIS',
      price: euros('210.50'),
      href: null,
      recurring: null,
      options: null,
    });
    expect(reported).toEqual([]);
  });

  test('the types of site', () => {
    const { wire } = read('siteConnectionTypes', documented.siteConnectionTypes);
    expect(wire.available_site_connection_types).toHaveLength(11);
    expect(wire.available_site_connection_types).toContain("Zone d'activité ZA");
  });
});
