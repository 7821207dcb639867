import { z } from 'zod';
import { pause, type Leaving } from '../../abort.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import { readStreetNumber } from '../../vocabulary/french-address.ts';
import type { ComparableOffer, Site } from '../../vocabulary/site.ts';
import { normalBuildingRef, normalLineNumber, normalOtpRef } from '../../vocabulary/site-key.ts';
import { bestVerdict } from '../../vocabulary/verdict.ts';
import type { Pace, PacedOptions } from '../calling/pace.ts';
import type { StoredAnswers } from '../port/stored-answers.ts';
import { OperatorError, UnknownReferenceError } from '../port/operator-error.ts';
import type {
  GivenQuestion,
  KnownAddress,
  SiteAnswer,
  SiteAtAddress,
  SiteKey,
  SiteQualifier,
  SiteQuestion,
  SiteReader,
} from '../port/site-qualifier.ts';
import type { OvhClient } from './client.ts';
import type { OvhEligibility, OvhOffer, OvhRequest } from './domain.ts';
import { withoutPersonalData } from './personal-data.ts';
import type { Task } from './task.ts';
import type { AddressNearby } from './translate.ts';

const optionsSchema = z.object({ productTypes: z.array(z.string()).nullish() }).nullish();

/** OVHcloud's reader of sites and of stored answers. */
export const ovhSiteReader: SiteReader = {
  keysInWords:
    'OVHcloud knows a site by an optical outlet (`otpRef`), a copper line (`line`), a building (`buildingRef`) or the code of a street and a number in it (`address.streetId` of 10 characters, from its address search), and is asked by each of them in this order until it knows one.',
  keys: (given) => listOvhRequests(given).map(({ key }) => key),
  check({ options }) {
    const { productTypes } = optionsSchema.parse(options) ?? {};
    const path = ['input', 'ovhcloud', 'productTypes'];
    if (productTypes?.length !== 0 && productTypes?.every((type) => type.trim() !== '') !== false) {
      return [];
    }
    const message =
      'productTypes names nothing: give types such as "FTTH", or leave it out for all.';
    return [{ path, code: 'PRODUCT_TYPES_EMPTY', message }];
  },
  readSite: () => ({}),
  // Kept by this file, in the form of this version or of an earlier one with fewer fields.
  learn: (qualification) => (qualification as OvhEligibility).place satisfies Partial<Site>,
  present: (one, mayReadPersonalData) =>
    one.__typename !== 'OvhEligibility' || mayReadPersonalData
      ? one
      : // Kept by this file, in the form of this version or of an earlier one with fewer fields.
        { ...one, ...withoutPersonalData(one as unknown as OvhEligibility) },
};

export interface OvhSiteOptions {
  readonly client: OvhClient;
  readonly answers: StoredAnswers<OvhEligibility>;
  readonly pace: Pace;
}

/** How long OVHcloud is left alone between two looks at a test: twice as long each time. */
const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** How long a search by address may take: other sources know addresses, too. */
const longestSearchMs = 10_000;

/**
 * The result of a task: the same request is sent again until it is done. Throws what `ask` throws, the signal's reason, and a
 * TIMEOUT where it is not done by `endsAt`, on the clock of `performance.now()`.
 */
async function untilDone<Result>(
  ask: () => Promise<Task<Result>>,
  signal: Leaving | undefined,
  endsAt: () => number = () => Infinity,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const task = await ask();
    if ('result' in task) return task.result;
    if (performance.now() + pauseMs > endsAt()) {
      const message = 'OVHcloud did not end its search by address in time.';
      throw new OperatorError('OVHCLOUD', 'TIMEOUT', message);
    }
    await pause(pauseMs * (0.75 + Math.random() / 2), signal);
  }
}

/** Asks OVHcloud about a site, with the first of its keys that OVHcloud knows. */
export function ovhSites({ client, answers, pace }: OvhSiteOptions): SiteQualifier {
  /** Runs one task of a question. Each of its requests waits for its turn. */
  const ask: Ask = (question, request) => {
    const { signal, remainingMs: patienceMs } = question;
    return untilDone(
      () =>
        pace.run(request, {
          signal,
          kind: 'question',
          asker: question,
          patienceMs,
          mayRepeat: () => true,
        }),
      signal,
    );
  };
  return {
    async ask(question) {
      const issues: InputIssue[] = [];
      for (const { key, request } of listOvhRequests(question)) {
        if (request === null) continue;
        try {
          const tested = await ask(question, (options) => client.test(request, options));
          const buildingRef =
            tested.place.buildingRef ?? (await askForBuilding(request, question, ask, client));
          const eligibility = { ...tested, place: { ...tested.place, buildingRef } };
          await answers.add(eligibility, question.tenant);
          return siteAnswerFrom(eligibility, question, issues);
        } catch (error) {
          if (!(error instanceof UnknownReferenceError)) throw error;
          issues.push({ path: key.path, code: 'SITE_UNKNOWN', message: error.about(key.value) });
        }
      }
      const message = issues.map((issue) => issue.message).join(' ');
      return { skip: { code: 'SITE_UNKNOWN', message }, issues };
    },
    async sitesAt(address, options) {
      const { location } = address;
      if (location === null) return { sites: [], forecast: null };
      let deadlineAt = Infinity;
      const found = await untilDone(
        () =>
          pace.search((call) => {
            // Counted from the first call: OVHcloud is not to blame for the wait before it.
            deadlineAt = Math.min(deadlineAt, performance.now() + longestSearchMs);
            return client.addressesAt(location, { ...call, deadlineAt });
          }, options),
        options.signal,
        () => deadlineAt,
      );
      return { sites: found.flatMap((one) => translateNearby(one, address)), forecast: null };
    },
  };
}

type Ask = <Result>(
  question: SiteQuestion,
  request: (options: PacedOptions) => Promise<Task<Result>>,
) => Promise<Result>;

/** The building in which a line ends, where OVHcloud knows exactly one; null otherwise, and where asking for it fails. */
async function askForBuilding(
  request: OvhRequest,
  question: SiteQuestion,
  ask: Ask,
  client: OvhClient,
): Promise<string | null> {
  if (request.referenceType !== 'LINE_NUMBER') return null;
  try {
    const { reference, status } = request;
    const found = await ask(question, (options) =>
      client.buildingsOfLine(reference, status, options),
    );
    const [only = null] = found;
    return found.length === 1 ? only : null;
  } catch (error) {
    // The answer about the line stands without it.
    if (!(error instanceof OperatorError)) throw error;
    return null;
  }
}

/** The keys of a site for OVHcloud, each with the request to OVHcloud; null where the key is not in a form that OVHcloud takes. */
function listOvhRequests({ site, line }: Pick<GivenQuestion, 'site' | 'line'>): readonly {
  readonly key: SiteKey;
  readonly request: OvhRequest | null;
}[] {
  const requests: { key: SiteKey; request: OvhRequest | null }[] = [];
  const add = (
    given: { readonly path: readonly string[]; readonly value: string },
    request: OvhRequest | null,
    [code, expected]: readonly [code: string, expected: string],
  ): void => {
    const path = ['input', ...given.path];
    const quoted = JSON.stringify(given.value.slice(0, 64));
    const message = `${path.at(-1)} is ${quoted}, but ${expected}.`;
    const issue = request === null ? { path, code, message } : null;
    requests.push({ key: { path, value: request?.reference ?? given.value, issue }, request });
  };
  if (site.otpRef !== null) {
    const reference = normalOtpRef(site.otpRef);
    add(
      { path: ['otpRef'], value: site.otpRef },
      reference === null ? null : { referenceType: 'OTP', reference },
      ['OTP_FORMAT', 'an optical outlet is 12 letters, digits and dashes, such as FI-3790-3415'],
    );
  }
  if (line !== null) {
    const reference = normalLineNumber(line.number);
    const isFrench = reference !== null && /^\d{10}$/.test(reference);
    add(
      { path: ['line', 'number'], value: line.number },
      isFrench ? { referenceType: 'LINE_NUMBER', reference, status: line.status } : null,
      ['LINE_NUMBER_FORMAT', 'a line number is 10 digits, such as 0478299251'],
    );
  }
  if (site.buildingRef !== null) {
    const reference = normalBuildingRef(site.buildingRef);
    add(
      { path: ['buildingRef'], value: site.buildingRef },
      reference.length > 32 ? null : { referenceType: 'BUILDING', reference },
      ['BUILDING_FORMAT', 'a building is 1 to 32 characters, such as IMB/93077/X/00HE'],
    );
  }
  const { streetId = null, streetNumber = null, streetExtension = null } = site.address ?? {};
  // Codes of streets in other forms are those of other operators.
  if (streetId !== null && streetNumber !== null && /^\d[\dAB]\d{3}[\dA-Z]{5}$/.test(streetId)) {
    const number = `${streetNumber}${streetExtension ?? ''}`;
    const reference = `${streetId} ${number}`;
    const request = {
      referenceType: 'ADDRESS',
      reference,
      streetCode: streetId,
      streetNumber: number,
    };
    add({ path: ['address', 'streetId'], value: reference }, request as OvhRequest, ['', '']);
  }
  return requests;
}

/** An address nearby as a site at the wanted address; empty where it is another address. */
function translateNearby(
  { buildingRef, buildingName, streetCode, streetNumber, location, address }: AddressNearby,
  wanted: KnownAddress,
): readonly SiteAtAddress[] {
  const number = streetNumber === null ? null : readStreetNumber(streetNumber);
  const { key } = wanted;
  const isNumber =
    number !== null &&
    number.number === key.streetNumber?.number &&
    number.extension === key.streetNumber.extension;
  if (!isNumber || address.inseeCode !== key.inseeCode) return [];
  if (buildingRef === null && streetCode === null) return [];
  return [
    {
      site: { buildingRef, location, address: { ...wanted.address, streetId: streetCode } },
      buildingName,
      buildingType: null,
      premises: null,
      // OVHcloud's codes of streets begin with the commune's code and the street's code in the base. A point alone may be a neighbour's.
      isExact: streetCode?.startsWith(`${key.inseeCode}${key.streetCode}`) === true,
    },
  ];
}

function siteAnswerFrom(
  eligibility: OvhEligibility,
  { options }: SiteQuestion,
  issues: readonly InputIssue[],
): SiteAnswer {
  const { productTypes } = optionsSchema.parse(options) ?? {};
  const wanted = productTypes?.map((type) => type.trim().toUpperCase()) ?? null;
  const offers = eligibility.offers.filter(({ type }) => wanted === null || wanted.includes(type));
  const verdicts = offers.map(({ verdict }) => verdict);
  // An offer that cannot be read may be of a wanted type.
  const isUnsure = eligibility.hasLostOffers === true || eligibility.offers.some(isOfNoType);
  if (isUnsure) verdicts.push('UNDETERMINED');
  return {
    verdict: wanted === null ? eligibility.verdict : bestVerdict(verdicts),
    qualification: { __typename: 'OvhEligibility', ...eligibility },
    offers: offers.map(makeComparable),
    issues,
  };
}

function isOfNoType({ type }: OvhOffer): boolean {
  return type === '';
}

const copperTypes = new Set(['ADSL', 'VDSL', 'SDSL']);

/** An offer in comparable form. Prices are in OVHcloud's catalogue, not in this API. */
function makeComparable(offer: OvhOffer): ComparableOffer {
  const { id, name, type, network, verdict, reasons, underConditions } = offer;
  return {
    id,
    name,
    technology: copperTypes.has(type) ? 'COPPER' : type,
    network,
    verdict,
    reasons: [...reasons, ...underConditions],
    guaranteedBandwidth: offer.isGuaranteed === true ? offer.downloadRate : null,
    maxBandwidth: offer.downloadRate,
    commitmentMonths: null,
    price: null,
    priceStatus: 'NOT_PUBLISHED',
    setupFee: null,
    setupFeeStatus: 'NOT_PUBLISHED',
    leadTimeDays: null,
    guaranteedUntilDate: null,
    source: { __typename: 'OvhOffer', ...offer },
  };
}
