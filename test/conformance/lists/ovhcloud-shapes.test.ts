import type { AddressWithCoordinates } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/AddressWithCoordinates.js';
import type { EligibilityTest } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/EligibilityTest.js';
import { EndpointReferenceTypeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/EndpointReferenceTypeEnum.js';
import { MessageCodeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/MessageCodeEnum.js';
import { OfferProductTypeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/OfferProductTypeEnum.js';
import { BuildingTypeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/BuildingTypeEnum.js';
import { expect, test } from 'vitest';
import { lenientFields } from '../../../src/operators/calling/lenient.ts';
import { translateAddresses, translateTest } from '../../../src/operators/ovhcloud/translate.ts';

// OVHcloud's answers as its own types have them: a field of another name would not compile here, or would not be read there.

const message = {
  code: MessageCodeEnum.FIBER_NOT_YET_AVAILABLE,
  message: 'Later.',
  availabilityDate: '2027-01-15',
};

const tested: EligibilityTest = {
  eligibilityReference: 'ref-1',
  endpoint: {
    reference: 'IMB/77108/X/031C',
    referenceType: EndpointReferenceTypeEnum.building,
    address: {
      streetCode: '7710815602',
      streetNumber: '14B',
      streetName: 'AVENUE DES FRERES VERDEAUX',
      city: 'CHELLES',
      inseeCode: '77108',
      zipCode: '77500',
    },
    fiberInfo: {
      buildingReference: 'IMB/77108/X/031C',
      buildingType: BuildingTypeEnum.HOUSE,
      operatorCode: 'FI',
      operatorName: 'ORANGE',
      latitude: '48.8795',
      longitude: '2.5931',
    },
  },
  offers: [
    {
      product: {
        code: 'F1',
        name: 'Fibre',
        provider: 'KOSC',
        operator: 'ORANGE',
        type: OfferProductTypeEnum.FTTH,
        downloadRate: 1000,
        uploadRate: 300,
        guaranteed: false,
        grt: ['4h'],
      },
      eligibility: {
        eligible: false,
        activationTypes: [],
        reasons: [message],
        underConditions: [],
        estimatedDownloadRate: 900,
        estimatedUploadRate: 250,
      },
    },
  ],
};

const nearby: AddressWithCoordinates = {
  buildingReference: 'IMB/77108/X/031C',
  buildingName: 'A',
  city: 'CHELLES',
  inseeCode: '77108',
  zipCode: '77500',
  latitude: '48.8795',
  longitude: '2.5931',
  streetCode: '7710815602',
  streetName: 'AVENUE DES FRERES VERDEAUX',
  streetNumber: '14B',
};

const deviations: string[] = [];
// Coordinates are texts by the types, and numbers are read too.
const fields = lenientFields((kind) => {
  if (!/^(?:latitude|longitude)-as-text$/.test(kind)) deviations.push(kind);
});

test('A test is read whole, and nothing of it departs from what is expected', () => {
  expect(translateTest(fields, tested)).toEqual({
    id: 'ref-1',
    verdict: 'NOT_YET',
    offers: [
      {
        id: 'ref-1:F1',
        code: 'F1',
        name: 'Fibre',
        type: 'FTTH',
        provider: 'KOSC',
        network: 'ORANGE',
        downloadRate: 1000,
        uploadRate: 300,
        isGuaranteed: false,
        serviceLevels: ['4h'],
        estimatedDownloadRate: 900,
        estimatedUploadRate: 250,
        verdict: 'NOT_YET',
        reasons: [
          {
            code: 'FIBER_NOT_YET_AVAILABLE',
            category: 'NOT_YET',
            message: 'Later.',
            availability: { text: '2027-01-15', date: '2027-01-15' },
          },
        ],
        underConditions: [],
      },
    ],
    place: {
      buildingRef: 'IMB/77108/X/031C',
      location: { longitude: 2.5931, latitude: 48.8795 },
      address: {
        label: null,
        streetNumber: '14',
        streetExtension: 'B',
        streetName: 'AVENUE DES FRERES VERDEAUX',
        streetId: null,
        cityName: 'CHELLES',
        cityId: null,
        inseeCode: '77108',
        postCode: '77500',
      },
      isLineUnlisted: null,
    },
  });
  expect(deviations).toEqual([]);
});

test('An address nearby is read whole', () => {
  expect(translateAddresses(fields, [nearby])).toMatchObject([
    {
      buildingRef: 'IMB/77108/X/031C',
      buildingName: 'A',
      streetCode: '7710815602',
      streetNumber: '14B',
      location: { longitude: 2.5931, latitude: 48.8795 },
      address: { streetNumber: '14', streetExtension: 'B', inseeCode: '77108' },
    },
  ]);
});
