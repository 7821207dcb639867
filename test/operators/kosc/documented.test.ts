import { expect, test } from 'vitest';
import { asking, startAnsweringKosc, startKosc } from '../../support/kosc-client.ts';
import * as documented from './documented-by-kosc.ts';

const nowhere = {
  koscStreetCode: null,
  koscInseeCode: null,
  streetNumber: null,
  streetName: null,
  city: null,
  housingComplex: null,
  stairs: null,
  floor: null,
  door: null,
  ownerName: null,
};
const nice = {
  ...nowhere,
  koscStreetCode: '0608859150',
  koscInseeCode: '06088',
  streetNumber: '40',
  streetName: 'BOULEVARD SAINT ROCH',
  city: 'NICE',
};
const villemomble = {
  ...nowhere,
  koscStreetCode: '9307700800',
  koscInseeCode: '93077',
  streetNumber: '78',
  streetName: 'BOULEVARD D AULNAY',
  city: 'VILLEMOMBLE',
};
const chelles = {
  ...nowhere,
  koscStreetCode: '7710815602',
  koscInseeCode: '77108',
  streetNumber: '14',
  streetName: 'AVENUE DES FRERES VERDEAUX',
  city: 'CHELLES',
};
const fibre = {
  product: {
    code: 'FP01',
    name: 'PROFESSIONAL-FIBER',
    provider: null,
    priority: '001000600001',
    portabilityEnabled: null,
  },
  productLine: { code: 'FP', name: 'PRO-FIBER' },
  setupFeeStatus: 'KNOWN',
  orderDelayDays: 60,
};
const copper = {
  productLine: { code: 'AM', name: 'ADSL-Max' },
  setupFee: null,
  setupFeeStatus: 'NOT_PUBLISHED',
  orderDelayDays: null,
};

const lineQuestion = { ...asking('0492002525', 'LINE_NUMBER'), productLines: ['AM'] };
const lineId = 'elig-1872f35c-b03b-45df-b711-9ac624e2e4ed';
const line = {
  ...lineQuestion,
  id: lineId,
  verdict: 'ELIGIBLE',
  offers: [
    {
      ...copper,
      id: `${lineId}:AM08`,
      product: {
        code: 'AM08',
        name: 'ADSL-Max_shared_BE_KOSC',
        provider: 'KOSC',
        priority: '000100010008',
        portabilityEnabled: false,
      },
      eligibility: {
        eligible: true,
        verdict: 'ELIGIBLE_WITH_CONDITIONS',
        reasons: [],
        underConditions: [
          {
            code: 'COMPATIBILITY_CHECK',
            category: 'CHECK',
            message: 'The local loop compatibility has to be checked.',
            availability: null,
          },
        ],
      },
    },
    {
      ...copper,
      id: `${lineId}:AM01`,
      product: {
        code: 'AM01',
        name: 'ADSL-Max_FULL_BE_KOSC',
        provider: 'KOSC',
        priority: '000100010001',
        portabilityEnabled: true,
      },
      eligibility: { eligible: true, verdict: 'ELIGIBLE', reasons: [], underConditions: [] },
    },
  ],
  endpoint: {
    endpointRef: '0492002525',
    endpointRefType: 'LINE_NUMBER',
    address: { ...nice, ownerName: 'NUMERIS ETS REMY' },
    copper: {
      status: 'ACTIVE',
      unlistedNumber: false,
      availablePairs: 1,
      maxAvailablePairs: 2,
      underConstruction: false,
      sections: [{ diameter: 4, length: 1517 }],
      totalLength: 1517,
      concentrationPoint: {
        location: { latitude: 43.7117745, longitude: 7.2930902 },
        address: nice,
      },
    },
  },
  building: null,
};

const otpQuestion = { ...asking('FI-3790-3415', 'OTP'), productLines: ['FP'] };
const otpId = 'elig-0baa9208-9455-4148-93e7-56a6fab97045';
const otp = {
  ...otpQuestion,
  id: otpId,
  verdict: 'NOT_YET',
  offers: [
    {
      ...fibre,
      id: `${otpId}:FP01`,
      setupFee: { amount: '500.00', currency: 'EUR' },
      eligibility: {
        eligible: false,
        verdict: 'NOT_YET',
        reasons: [
          {
            code: 'FIBER_NOT_YET_AVAILABLE',
            category: 'NOT_YET',
            message: 'Fiber not currently available in this area.',
            availability: { text: '2018-07-15', date: '2018-07-15' },
          },
        ],
        underConditions: [],
      },
    },
  ],
  endpoint: {
    endpointRef: 'FI-3790-3415',
    endpointRefType: 'OTP',
    address: { ...villemomble, stairs: '6', floor: '0' },
    copper: null,
  },
  building: {
    buildingRef: 'IMB/93077/X/00NA',
    name: '6',
    type: 'BUILDING',
    operatorCode: 'FI',
    operatorName: 'ORANGE',
    nro: '93064RNY',
    address: villemomble,
  },
};

const buildingQuestion = { ...asking('IMB/77108/X/031C', 'BUILDING'), productLines: ['FP'] };
const buildingId = 'elig-13142c1a-583d-4ebe-9d3b-a1b9ed75681d';
const building = {
  ...buildingQuestion,
  id: buildingId,
  verdict: 'ELIGIBLE',
  offers: [
    {
      ...fibre,
      id: `${buildingId}:FP01`,
      setupFee: { amount: '1000.00', currency: 'EUR' },
      eligibility: { eligible: true, verdict: 'ELIGIBLE', reasons: [], underConditions: [] },
    },
  ],
  endpoint: { endpointRef: null, endpointRefType: null, address: chelles, copper: null },
  building: {
    buildingRef: 'IMB/77108/X/031C',
    name: null,
    type: 'HOUSE',
    operatorCode: 'FI',
    operatorName: 'ORANGE',
    nro: '77108CHE',
    address: chelles,
  },
};

const examples = [
  { what: 'a line', text: documented.line, question: lineQuestion, expected: line },
  { what: 'an outlet', text: documented.otp, question: otpQuestion, expected: otp },
  {
    what: 'a building',
    text: documented.building,
    question: buildingQuestion,
    expected: building,
    reported: ['invalid-json'],
  },
];

test.each(examples)(
  'The documented answer to $what is read in full, as it is printed',
  async ({ text, question, expected, reported = [] }) => {
    await using kosc = await startAnsweringKosc(() => ({ text }));
    const { checkedAt, ...read } = await kosc.client.checkEligibility(question, {});
    expect(read).toEqual(expected);
    expect(Math.abs(Date.parse(checkedAt) - Date.now())).toBeLessThan(60_000);
    expect(kosc.reported).toEqual(reported);
  },
);

test.each(examples)(
  'The documented question about $what is sent as it is printed, and answered by the sandbox alike',
  async ({ question, expected }) => {
    await using kosc = await startKosc();
    const { checkedAt: _, ...read } = await kosc.client.checkEligibility(question, {});
    expect(read).toEqual(expected);
    const [token, asked] = kosc.server.calls;
    expect(token).toMatchObject({
      method: 'POST',
      path: '/api/account/token/',
      body: { email: kosc.server.credentials.email, password: '***' },
    });
    expect(asked).toMatchObject({ method: 'POST', path: '/api/v2/eligibility/offers/' });
    expect(asked?.headers['authorization']).toBe('JWT ***');
    const isLine = question.referenceType === 'LINE_NUMBER';
    expect(asked?.body).toEqual({
      reference: question.reference,
      reference_type: question.referenceType.toLowerCase(),
      product_lines: question.productLines,
      ...(isLine ? { status: 'active', activation_type: 'activate' } : {}),
    });
  },
);
