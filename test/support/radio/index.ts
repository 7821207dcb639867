import { z } from 'zod';
import { builder } from '../../../src/schema/builder.ts';
import type { LenientFields } from '../../../src/operators/calling/lenient.ts';
import type { Asked } from '../../../src/operators/calling/operator-api.ts';
import type { CallOptions } from '../../../src/operators/calling/call.ts';
import type { Pace } from '../../../src/operators/calling/pace.ts';
import { defineOperator } from '../../../src/operators/port/operator.ts';
import { UnknownReferenceError } from '../../../src/operators/port/operator-error.ts';
import type {
  GivenQuestion,
  SiteAnswer,
  SiteKey,
  SiteQualifier,
  SiteReader,
} from '../../../src/operators/port/site-qualifier.ts';
import { baseUrl, count, milliseconds } from '../../../src/settings.ts';
import { mask } from '../../../src/vocabulary/mask.ts';
import type { InputIssue } from '../../../src/vocabulary/errors.ts';
import type { ComparableOffer } from '../../../src/vocabulary/site.ts';
import type { Verdict } from '../../../src/vocabulary/verdict.ts';

// An operator that nobody above the port knows: fixed radio access, asked by coordinates, answered at once. All that
// there is to it is in this folder, and it is added to the registry of a test by one word.

const name = 'RADIO';

interface Plan {
  readonly sku: string;
  readonly name: string;
  readonly downMbits: number | null;
}

interface Coverage {
  readonly id: string;
  readonly coverage: string;
  readonly contact: string | null;
  readonly plans: readonly Plan[];
}

const PlanRef = builder.objectRef<Plan>('RadioPlan').implement({
  description: 'A plan of Radio.',
  fields: (t) => ({
    sku: t.exposeString('sku', { nullable: false, description: "Radio's code of it." }),
    downMbits: t.exposeFloat('downMbits', { description: 'Mbit/s towards the customer.' }),
  }),
});

const CoverageRef = builder.objectRef<Coverage>('RadioCoverage').implement({
  description: "Radio's answer about a point on the map.",
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "Radio's reference of its answer." }),
    coverage: t.exposeString('coverage', { description: '`yes`, `no` or `survey`.' }),
    contact: t.exposeString('contact', {
      description: 'Who lives there. Masked unless the caller may see personal data.',
    }),
    plans: t.field({
      type: [PlanRef],
      resolve: ({ plans }) => [...plans],
      description: 'What it sells there.',
    }),
  }),
});

const OptionsInput = builder.inputType('RadioSiteOptions', {
  description: 'What to ask Radio for about a site.',
  fields: (t) => ({
    antennaHeight: t.float({ description: 'Metres above the ground. Without it: 5.' }),
    mast: t.string({ description: "Radio's own key: the mast that the place sees, `M-17`." }),
    byAddress: t.boolean({ description: 'Whether the postal address is a key, too.' }),
  }),
});

const verdicts: Readonly<Record<string, Verdict>> = {
  yes: 'ELIGIBLE',
  no: 'NOT_ELIGIBLE',
  survey: 'ELIGIBLE_WITH_CONDITIONS',
  // No word of an answer: one that leaves it open.
  later: 'PENDING',
};

interface Options {
  readonly antennaHeight?: number;
  readonly mast?: string | null;
  readonly byAddress?: boolean | null;
}

/** What Radio can be asked by, and how it spells it. */
function keysOf({
  site,
  options,
}: GivenQuestion): (SiteKey & { readonly query: Record<string, string> })[] {
  const { mast = null, byAddress = false } = (options ?? {}) as Options;
  const { location, address } = site;
  const keys: (SiteKey & { readonly query: Record<string, string> })[] = [];
  if (mast !== null) {
    const path = ['input', 'radio', 'mast'];
    const message = `radio.mast is ${JSON.stringify(mast)}, but a mast is M- and a number.`;
    const issue = /^M-\d+$/.test(mast) ? null : { path, code: 'MAST_FORMAT', message };
    keys.push({ path, value: mast, issue, query: { mast } });
  }
  if (location !== null) {
    const value = `${location.longitude},${location.latitude}`;
    keys.push({ path: ['input', 'location'], value, issue: null, query: { at: value } });
  }
  if (byAddress === true && address !== null && address.streetName !== null) {
    const value = [address.streetNumber, address.streetName, address.cityName].join(' ').trim();
    keys.push({ path: ['input', 'address'], value, issue: null, query: { address: value } });
  }
  return keys;
}

const reader: SiteReader = {
  keysInWords:
    'Radio knows a site by its mast (`radio.mast`), its coordinates (`location`) or its address.',
  keys: (given) => keysOf(given).map(({ path, value, issue }) => ({ path, value, issue })),
  check: () => [],
  readSite: () => ({}),
  learn: (qualification) => {
    const { key: told } = qualification as { key?: string };
    return told === undefined ? {} : { eligibilityId: told };
  },
  present: (kept, mayReadPersonalData) => {
    const { contact = null } = kept as { contact?: string | null };
    return contact === null || mayReadPersonalData ? kept : { ...kept, contact: mask(contact) };
  },
};

/** Asks Radio by each key in turn until it knows one. */
function radioSites(
  coverage: (asked: Asked, scope: CallOptions) => Promise<SiteAnswer>,
  pace: Pace,
): SiteQualifier {
  return {
    async ask(question) {
      const { signal, remainingMs: patienceMs } = question;
      const { antennaHeight = 5 } = (question.options ?? {}) as Options;
      const issues: InputIssue[] = [];
      for (const { query, value, path, issue } of keysOf(question)) {
        if (issue !== null) continue;
        const asked = { query: new URLSearchParams({ ...query, height: `${antennaHeight}` }) };
        try {
          const answer = await pace.run((options) => coverage(asked, options), {
            signal,
            kind: 'question',
            asker: question,
            patienceMs,
          });
          return { ...answer, issues };
        } catch (error) {
          if (!(error instanceof UnknownReferenceError)) throw error;
          issues.push({ path, code: 'SITE_UNKNOWN', message: error.about(value) });
        }
      }
      return { skip: { code: 'SITE_UNKNOWN', message: 'Radio does not know the site.' }, issues };
    },
  };
}

/** Radio's answer, read and translated. Throws UnreadableRecord. */
function read(value: unknown, fields: LenientFields): SiteAnswer {
  const { report } = fields;
  const wire = (fields.record('answer', value) ?? {}) as Readonly<Record<string, unknown>>;
  const ref = fields.id('ref', wire['ref']);
  if (wire['plans'] === undefined) report('offers-for-plans');
  const coverage = fields.text('coverage', wire['coverage']) ?? '';
  const verdict = verdicts[coverage] ?? 'UNDETERMINED';
  const offers = fields.list('plans', wire['plans'] ?? wire['offers'], (member) => {
    const plan = (fields.record('plan', member) ?? {}) as Readonly<Record<string, unknown>>;
    const sku = fields.id('sku', plan['sku']);
    const label = fields.text('label', plan['label']) ?? sku;
    const down = fields.number('down', plan['down']);
    const source = { __typename: 'RadioPlan', sku, name: label, downMbits: down };
    return {
      id: `${ref}:${sku}`,
      name: label,
      technology: 'RADIO',
      network: null,
      verdict,
      reasons: [],
      guaranteedBandwidth: fields.number('up', plan['up']),
      maxBandwidth: down,
      commitmentMonths: 1,
      price: fields.euros('eurosPerMonth', plan['eurosPerMonth'], 'text'),
      priceStatus: 'KNOWN',
      setupFee: fields.euros('install', plan['install'], 'text'),
      setupFeeStatus: 'KNOWN',
      leadTimeDays: 3,
      guaranteedUntilDate: null,
      source,
    } satisfies ComparableOffer;
  });
  const key = fields.text('key', wire['key']);
  const qualification = {
    __typename: 'RadioCoverage',
    id: ref,
    coverage,
    contact: fields.text('contact', wire['contact']),
    plans: (offers ?? []).map(({ source }) => source),
    ...(key === null ? {} : { key }),
  };
  return { verdict, qualification, offers: offers ?? [] };
}

/** The operator, for the registry of a test. */
export const radio = defineOperator({
  key: { name },
  label: 'Radio',
  description: 'Radio: fixed radio access, for tests. Answers at once.',
  siteTypes: {
    qualification: CoverageRef,
    offer: PlanRef,
    options: { field: 'radio', type: OptionsInput, description: 'What to ask Radio for.' },
  },
  siteReader: reader,
  settings: {
    required: { RADIO_API_URL: baseUrl, RADIO_API_KEY: z.string().min(1) },
    optional: {
      RADIO_TIMEOUT_MS: milliseconds.default(10_000),
      RADIO_CONCURRENCY: count.default(5),
    },
  },
  connect(settings, { openApi, fields, pace }) {
    const api = openApi({
      baseUrl: settings.RADIO_API_URL,
      timeoutMs: settings.RADIO_TIMEOUT_MS,
      headers: { 'x-api-key': settings.RADIO_API_KEY },
      unknownReference: /^nothing here$/,
    });
    const coverage = api.route('coverage', 'GET', '/coverage', (value) => read(value, fields));
    return { siteQualifier: radioSites(coverage, pace(settings.RADIO_CONCURRENCY)) };
  },
});
