import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/observe/log.ts';
import type { Call } from '../../src/sandbox/http/call-log.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { startService, type Service } from '../../src/service.ts';
import { openTestStore } from '../support/start-test-service.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt } from '../support/site-questions.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';
import { SiteChangesDocument } from '../support/operations.generated.ts';
import { radio } from '../support/radio/index.ts';
import { operators as registry } from '../support/radio/registry.ts';
import { startSimulatedRadio, type SimulatedRadio } from '../support/radio/simulated-radio.ts';

let sandbox: Sandbox;
let server: SimulatedRadio;
let store: Awaited<ReturnType<typeof openTestStore>>;
let service: Service;

beforeAll(async () => {
  sandbox = await startSandbox({});
  server = await startSimulatedRadio();
  store = await openTestStore();
  const config = loadConfig(
    {
      PORT: '0',
      DATA_DIR: join(tmpdir(), `eligibility-test-${randomUUID()}`),
      LOG_LEVEL: 'silent',
      ...sandbox.settings,
      RADIO_API_URL: server.url,
      RADIO_API_KEY: server.apiKey,
    },
    registry,
  );
  service = await startService({ config, sandbox: {}, log: createLog('silent'), store });
});
afterAll(async () => {
  await service.close();
  await store[Symbol.asyncDispose]();
  await server.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.covage.reset();
  sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  sandbox.kosc.reset();
  server.reset();
});

/** The operators of the service, which tests do not count. */
const others = registry.flatMap(({ key }) => (key.name === 'RADIO' ? [] : [key.name]));

/** What was asked for, as it stands in the first line of the request. */
const sent = ({ path, query }: Call): string =>
  `${path}?${Object.entries(query)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('&')}`;

interface Whole {
  readonly id: string;
  readonly state: string;
  readonly verdict: string;
  readonly site: { readonly eligibilityId: string | null };
  readonly outcomes: readonly {
    readonly operator: string;
    readonly state: string;
    readonly verdict: string;
    readonly issues: readonly { readonly path: readonly string[]; readonly code: string }[];
    readonly skip: { readonly code: string; readonly message: string } | null;
    readonly error: { readonly operator: string; readonly code: string } | null;
    readonly progress: unknown;
    readonly qualification: Readonly<Record<string, unknown>> | null;
  }[];
  readonly offers: readonly Readonly<Record<string, unknown>>[];
}

const fields = `id state verdict site { eligibilityId } outcomes {
  operator state verdict issues { path code message } skip { code message } error { operator code } progress { state }
  qualification { __typename ... on RadioCoverage { id coverage plans { sku } } }
} offers { operator name price { amount } maxBandwidth source { __typename ... on RadioPlan { sku downMbits } } }`;

async function qualify(input: object): Promise<Whole> {
  const asked = await graphqlRequest<{ qualifySite: { id: string } }>(
    service.url,
    'mutation ($input: QualifySiteInput!) { qualifySite(input: $input) { __typename ... on SiteQualification { id } } }',
    { input },
  );
  const id = asked.data?.qualifySite.id;
  if (id === undefined) throw new Error(JSON.stringify(asked));
  await collect(overWebSocket(service.url, SiteChangesDocument, { id }));
  const answer = await graphqlRequest<{ siteQualification: Whole }>(
    service.url,
    `query ($id: ID!) { siteQualification(id: $id) { ${fields} } }`,
    { id },
  );
  if (!answer.data) throw new Error(JSON.stringify(answer));
  return answer.data.siteQualification;
}

const outcomeOf = ({ outcomes }: Whole, operator: string) =>
  outcomes.find((outcome) => outcome.operator === operator);

const listOf = (operator: string) =>
  graphqlRequest<{ siteQualifications: { nodes: { id: string }[] } }>(
    service.url,
    `{ siteQualifications(filter: { operator: ${operator} }, first: 100) { nodes { id } } }`,
  );

describe('an operator that is one folder and one line', () => {
  test('an operator that is one folder and one line is in the enum, the unions and the input, with its words', async () => {
    const { data } = await graphqlRequest<{
      operator: { enumValues: { name: string; description: string }[] };
      qualification: { possibleTypes: { name: string }[] };
      source: { possibleTypes: { name: string }[] };
      input: { inputFields: { name: string; description: string; type: { name: string } }[] };
    }>(
      service.url,
      `{ operator: __type(name: "Operator") { enumValues { name description } }
         qualification: __type(name: "OperatorQualification") { possibleTypes { name } }
         source: __type(name: "OfferSource") { possibleTypes { name } }
         input: __type(name: "QualifySiteInput") { inputFields { name description type { name } } } }`,
    );
    expect(data?.operator.enumValues.map(({ name }) => name).toSorted()).toEqual(
      [...others, 'RADIO'].toSorted(),
    );
    const { description } = radio;
    expect(data?.operator.enumValues).toContainEqual({ name: 'RADIO', description });
    expect(data?.qualification.possibleTypes).toContainEqual({ name: 'RadioCoverage' });
    expect(data?.source.possibleTypes).toContainEqual({ name: 'RadioPlan' });
    expect(data?.input.inputFields).toContainEqual({
      name: 'radio',
      description: 'What to ask Radio for.',
      type: { name: 'RadioSiteOptions' },
    });
  });

  test('an operator that is one folder and one line is asked with the others, about what their keys tell, and its offers stand beside theirs', async () => {
    const whole = await qualify({
      eligibilityId: eligibilityIdAt('every-family'),
      radio: { antennaHeight: 12.5 },
    });
    expect(whole).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
    expect(whole.outcomes.map(({ operator }) => operator)).toEqual([...others, 'RADIO']);
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({
      state: 'ANSWERED',
      verdict: 'ELIGIBLE',
      progress: null,
      qualification: {
        __typename: 'RadioCoverage',
        id: 'R-1',
        coverage: 'yes',
        plans: [{ sku: 'AIR100' }, { sku: 'AIR50' }],
      },
    });
    expect(server.calls.map(sent)).toEqual(['/coverage?at=1.0993,49.4431&height=12.5']);
    expect(server.calls[0]?.headers['x-api-key']).toBe('***');
    expect(whole.offers.slice(0, 2)).toMatchObject([
      { operator: 'RADIO', price: { amount: '19.90' }, source: { sku: 'AIR50', downMbits: 50 } },
      { operator: 'RADIO', price: { amount: '29.90' }, source: { sku: 'AIR100' } },
    ]);
    const offering = whole.offers.map(({ operator }) => operator);
    expect(offering).toEqual(expect.arrayContaining(['COVAGE', 'KOSC', 'RADIO']));
  });

  test('an operator that is one folder and one line is the only one asked when it alone is named', async () => {
    const whole = await qualify({
      location: { longitude: 2, latitude: 48 },
      operators: ['RADIO'],
    });
    expect(whole.outcomes.map(({ state }) => state)).toEqual([
      ...others.map(() => 'SKIPPED'),
      'ANSWERED',
    ]);
    expect(sandbox.kosc.calls).toHaveLength(0);
  });

  test('an operator that is one folder and one line is skipped in its own words', async () => {
    const whole = await qualify({ buildingRef: 'IMB/38185/X/00G6' });
    expect(outcomeOf(whole, 'RADIO')?.skip).toEqual({
      code: 'SITE_KEY_MISSING',
      message:
        'Radio knows a site by its mast (`radio.mast`), its coordinates (`location`) or its address. None of this is known of this site.',
    });
  });

  test('an operator that is one folder and one line fails as itself, and the others answer', async () => {
    server.answerWith({ status: 503, body: {} });
    const whole = await qualify({ eligibilityId: eligibilityIdAt('every-family') });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({
      state: 'FAILED',
      error: { operator: 'RADIO', code: 'UNREACHABLE' },
    });
    expect(whole).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'ELIGIBLE' });
  });

  test('an operator that is one folder and one line lets operators be asked that were skipped, with the key that it tells', async () => {
    const key = eligibilityIdAt('every-family');
    server.answerWith({
      status: 200,
      body: { ref: 'R-2', coverage: 'survey', plans: [], key },
    });
    const whole = await qualify({ location: { longitude: 1.0993, latitude: 49.4431 } });
    expect(whole.site.eligibilityId).toBe(key);
    for (const operator of ['COVAGE', 'KOSC', 'RADIO']) {
      expect(outcomeOf(whole, operator)?.state).toBe('ANSWERED');
    }
  });

  test('an operator that is one folder and one line tells a key while another is still finding out that it has none, which is then asked', async () => {
    const key = eligibilityIdAt('every-family');
    const answer = Promise.withResolvers<{ status: number; body: unknown }>();
    server.answerWith(answer.promise);
    // Covage looks for the building among its items, and is slow to say that there is none.
    sandbox.covage.script({ faults: [{ route: 'items', kind: 'delay', delayMs: 4_000 }] });
    const asked = qualify({
      buildingRef: 'IMB/76540/C/01A4',
      location: { longitude: 1.0993, latitude: 49.4431 },
    });
    await sandbox.covage.waitForCall(({ route }) => route === 'items');
    answer.resolve({ status: 200, body: { ref: 'R-3', coverage: 'yes', plans: [], key } });
    const whole = await asked;
    expect(whole.site.eligibilityId).toBe(key);
    expect(outcomeOf(whole, 'COVAGE')).toMatchObject({ state: 'ANSWERED', skip: null });
  });

  test('an operator that is one folder and one line tells a key of another place, which is a failure and asks nobody', async () => {
    server.answerWith({
      status: 200,
      body: { ref: 'R-4', coverage: 'yes', plans: [], key: eligibilityIdAt('every-family') },
    });
    const whole = await qualify({ location: { longitude: 5.7, latitude: 45.1 } });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({
      state: 'FAILED',
      error: { operator: 'RADIO', code: 'INVALID_RESPONSE' },
    });
    expect(whole).toMatchObject({ state: 'FAILED', site: { eligibilityId: null }, offers: [] });
    expect(outcomeOf(whole, 'COVAGE')?.skip?.code).toBe('SITE_KEY_MISSING');
  });

  const byAddress = { byAddress: true };
  const address = { streetNumber: '12', streetName: 'Rue Servient', cityName: 'Lyon' };

  test('an operator that is one folder and one line is asked by an address alone where it takes addresses, which names the site to it', async () => {
    const whole = await qualify({ address, radio: byAddress });
    expect(whole.outcomes.map(({ state }) => state)).toEqual([
      ...others.map(() => 'SKIPPED'),
      'ANSWERED',
    ]);
    expect(server.calls.map(sent)).toEqual(['/coverage?address=12 Rue Servient Lyon&height=5']);
  });

  test('an operator that is one folder and one line is asked by a key of its own that it adds to the input, and by nothing else', async () => {
    const whole = await qualify({ radio: { mast: 'M-17' } });
    expect(whole.outcomes.map(({ state }) => state)).toEqual([
      ...others.map(() => 'SKIPPED'),
      'ANSWERED',
    ]);
    expect(server.calls.map(sent)).toEqual(['/coverage?mast=M-17&height=5']);
  });

  test('an operator that is one folder and one line is asked once another operator tells the address that it lacked', async () => {
    const whole = await qualify({ buildingRef: 'IMB/76540/C/01A4', radio: byAddress });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({ state: 'ANSWERED', skip: null });
    expect(server.calls).toHaveLength(1);
    expect(server.calls.map(sent)[0]).toContain('/coverage?address=');
  });

  test('an operator that is one folder and one line is asked by its other keys where one is in no form that it takes, and tells which', async () => {
    const whole = await qualify({
      location: { longitude: 2, latitude: 48 },
      radio: { mast: 'the big one' },
    });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({
      state: 'ANSWERED',
      issues: [{ path: ['input', 'radio', 'mast'], code: 'MAST_FORMAT' }],
    });
  });

  test('an operator that is one folder and one line is tried by one key after the other, and skipped where it knows none', async () => {
    server.answerWith({ status: 404, body: { message: 'nothing here' } });
    const whole = await qualify({
      location: { longitude: 2, latitude: 48 },
      address,
      radio: { mast: 'M-1', byAddress: true },
    });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'SITE_UNKNOWN' },
      issues: [
        { path: ['input', 'radio', 'mast'], code: 'SITE_UNKNOWN' },
        { path: ['input', 'location'], code: 'SITE_UNKNOWN' },
        { path: ['input', 'address'], code: 'SITE_UNKNOWN' },
      ],
    });
    expect(server.calls.map((call) => sent(call).split('=')[0])).toEqual([
      '/coverage?mast',
      '/coverage?at',
      '/coverage?address',
    ]);
  });

  test('an operator that is one folder and one line decides nothing by an answer that leaves it open, also as a whole and of its offers', async () => {
    server.answerWith({
      status: 200,
      body: {
        ref: 'R-5',
        coverage: 'later',
        plans: [{ sku: 'AIR1', label: 'Air', down: 1, up: 1 }],
      },
    });
    const whole = await qualify({
      location: { longitude: 2, latitude: 48 },
      operators: ['RADIO'],
    });
    expect(outcomeOf(whole, 'RADIO')).toMatchObject({ state: 'ANSWERED', verdict: 'UNDETERMINED' });
    expect(whole).toMatchObject({ state: 'DONE', verdict: 'UNDETERMINED' });
    expect(JSON.stringify(whole)).not.toContain('PENDING');
  });

  test('an operator that is one folder and one line says in the input by what it knows a site', async () => {
    const { data } = await graphqlRequest<{ input: { description: string } }>(
      service.url,
      '{ input: __type(name: "QualifySiteInput") { description } }',
    );
    for (const { siteReader } of registry) {
      expect(data?.input.description).toContain(siteReader.keysInWords);
    }
  });

  test('an operator that is one folder and one line is a filter of the list', async () => {
    const whole = await qualify({ location: { longitude: 3, latitude: 48 }, operators: ['RADIO'] });
    const [ofRadio, ofKosc] = [await listOf('RADIO'), await listOf('KOSC')];
    expect(ofRadio.data?.siteQualifications.nodes).toContainEqual({ id: whole.id });
    expect(ofKosc.data?.siteQualifications.nodes).not.toContainEqual({ id: whole.id });
  });
});
