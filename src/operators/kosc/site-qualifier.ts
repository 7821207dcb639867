import { z } from 'zod';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { ComparableOffer, ToldSite } from '../../vocabulary/site.ts';
import type { Address } from '../../vocabulary/place.ts';
import { OperatorError, UnknownReferenceError } from '../port/operator-error.ts';
import type { Pace } from '../calling/pace.ts';
import type {
  GivenQuestion,
  SiteAnswer,
  SiteKey,
  SiteQualifier,
  SiteReader,
  SiteQuestion,
} from '../port/site-qualifier.ts';
import { AddressFunnel } from './address-funnel.ts';
import type { KoscClient } from './client.ts';
import type { EligibilityRequest, KoscAddress, KoscEligibility, KoscOffer } from './domain.ts';
import type { StoredAnswers } from '../port/stored-answers.ts';
import { mayBeUnlisted, withoutPersonalData } from './personal-data.ts';
import { productLineIssues, readRequest, type RequestInput } from './reference.ts';

const optionsSchema = z.object({ productLines: z.array(z.string()).nullish() }).nullish();

/** Kosc records every question and cannot be asked for an answer again: a lost answer costs one more question at most. */
const mostTries = 2;
// A new record each time, since counting changes it.
const countsSchema = z.record(z.string(), z.number()).catch(() => ({}));
/** For each reference: how many answers were lost, and how many tries were begun whose process saw neither an answer nor a failure. */
const savedSchema = z.object({ lost: countsSchema, begun: countsSchema });
type Tries = z.infer<typeof savedSchema>;

export interface KoscSiteOptions {
  readonly client: KoscClient;
  readonly answers: StoredAnswers<KoscEligibility>;
  readonly pace: Pace;
}

/** Kosc's reader of sites and of stored answers. */
export const koscSiteReader: SiteReader = {
  keysInWords:
    'Kosc knows a site by an optical outlet (`otpRef`), a copper line (`line`) or a building (`buildingRef`), and is asked by each of them in this order until it knows one. A location is no key of Kosc.',
  keys: (given) => listKoscRequests(given).map(({ key }) => key),
  check,
  readSite: () => ({}),
  // Kept by this file, in the form of this version or of an earlier one with fewer fields.
  learn: (qualification) => learnFrom(qualification as KoscEligibility),
  present: (one, mayReadPersonalData) => {
    const isEligibility = one.__typename === 'KoscEligibility' && !mayReadPersonalData;
    if (!isEligibility) return one;
    // Kept by this file, in the form of this version or of an earlier one with fewer fields.
    return { ...one, ...withoutPersonalData(one as unknown as KoscEligibility) };
  },
};

/** Asks Kosc about a site, with the first of its optical outlet, its line and its building that Kosc knows. */
export function koscSites({ client, answers, pace }: KoscSiteOptions): SiteQualifier {
  const ask = (
    request: EligibilityRequest,
    { question, tries }: { readonly question: SiteQuestion; readonly tries: Tries },
  ): Promise<KoscEligibility> => {
    const { signal, remainingMs: patienceMs } = question;
    const { reference } = request;
    const begun = tries.begun[reference] ?? 0;
    const tried = (): number => begun + (tries.lost[reference] ?? 0);
    if (tried() >= mostTries) {
      throw new OperatorError(
        'KOSC',
        'TIMEOUT',
        'Kosc was asked twice and its answer was lost both times; it is not asked again by itself.',
      );
    }
    return pace.run(
      async (options) => {
        tries.begun[reference] = begun + 1;
        await question.save(tries);
        try {
          return await client.checkEligibility(request, options);
        } catch (error) {
          if (!signal.aborted) {
            tries.begun[reference] = begun;
            const isLost = error instanceof OperatorError && isAnswerLost(error);
            if (isLost) tries.lost[reference] = (tries.lost[reference] ?? 0) + 1;
            // At once: the process may end before the next try.
            await question.save(tries);
          }
          throw error;
        }
      },
      {
        signal,
        kind: 'question',
        asker: question,
        patienceMs,
        mayRepeat: () => tried() < mostTries,
      },
    );
  };
  const funnel = new AddressFunnel(client, pace);
  return {
    sitesAt: (address, options) => funnel.sitesAt(address, options),
    async ask(question) {
      const issues: InputIssue[] = [];
      const tries = savedSchema.safeParse(question.saved).data ?? { lost: {}, begun: {} };
      for (const { key, request } of listKoscRequests(question)) {
        if (request === null) continue;
        try {
          const eligibility = await ask(request, { question, tries });
          await answers.add(eligibility, question.tenant);
          return siteAnswerFrom(eligibility, issues);
        } catch (error) {
          if (!(error instanceof UnknownReferenceError)) throw error;
          issues.push({
            path: key.path,
            code: 'SITE_UNKNOWN',
            message: error.about(request.reference),
          });
        }
      }
      const message = issues.map((issue) => issue.message).join(' ');
      return { skip: { code: 'SITE_UNKNOWN', message }, issues };
    },
  };
}

/** Whether Kosc may have recorded the question. It has not where a gateway did not reach it. */
function isAnswerLost({ mayHaveTakenEffect, code, status }: OperatorError): boolean {
  const isNotReached = code === 'UNREACHABLE' && (status === 502 || status === 503);
  return mayHaveTakenEffect && !isNotReached && code !== 'UPSTREAM_UNREACHABLE';
}

/** Checks Kosc's options alone. A key in a form that Kosc does not take is no issue of the input: then Kosc is skipped. */
function check({ options }: GivenQuestion): readonly InputIssue[] {
  const { productLines } = optionsSchema.parse(options) ?? {};
  return productLineIssues(['input', 'kosc', 'productLines'], productLines);
}

/** The keys of a site for Kosc, each with the request to Kosc; null where the key is not in a form that Kosc takes. */
function listKoscRequests({ site, line, options }: GivenQuestion): readonly {
  readonly key: SiteKey;
  readonly request: EligibilityRequest | null;
}[] {
  const { productLines = null } = optionsSchema.parse(options) ?? {};
  const requests: { key: SiteKey; request: EligibilityRequest | null }[] = [];
  const add = (path: readonly string[], input: Omit<RequestInput, 'productLines'>): void => {
    const read = readRequest({ ...input, productLines }, ['input', ...path]);
    const isRead = 'request' in read;
    requests.push({
      key: {
        path: ['input', ...path],
        value: isRead ? read.request.reference : input.reference,
        issue: isRead ? null : (read.issues[0] ?? null),
      },
      request: isRead ? read.request : null,
    });
  };
  if (site.otpRef !== null) add(['otpRef'], { reference: site.otpRef, referenceType: 'OTP' });
  if (line !== null) {
    const { number: reference, status, activationType } = line;
    add(['line', 'number'], { reference, referenceType: 'LINE_NUMBER', status, activationType });
  }
  if (site.buildingRef !== null) {
    add(['buildingRef'], { reference: site.buildingRef, referenceType: 'BUILDING' });
  }
  return requests;
}

function siteAnswerFrom(eligibility: KoscEligibility, issues: readonly InputIssue[]): SiteAnswer {
  const isFibre = eligibility.referenceType !== 'LINE_NUMBER';
  // Kosc does not say whose network a copper line is in.
  const network = isFibre ? (eligibility.building?.operatorName ?? null) : null;
  return {
    verdict: eligibility.verdict,
    qualification: { __typename: 'KoscEligibility', ...eligibility },
    offers: eligibility.offers.map((offer) => makeComparable(offer, { isFibre, network })),
    issues,
  };
}

/** The facts about the site in an answer. The street of an unlisted number is left out. */
function learnFrom(eligibility: KoscEligibility): ToldSite {
  const { building, endpoint } = eligibility;
  const address = building?.address ?? endpoint?.address ?? null;
  return {
    buildingRef: building?.buildingRef ?? null,
    isLineUnlisted: endpoint?.copper?.unlistedNumber ?? null,
    address: address === null || mayBeUnlisted(eligibility) ? null : translateAddress(address),
    commune: address?.koscInseeCode ?? address?.koscStreetCode?.slice(0, 5) ?? null,
  };
}

function translateAddress(address: KoscAddress): Address {
  return {
    label: null,
    ...splitStreetNumber(address.streetNumber),
    streetName: address.streetName,
    streetId: null,
    cityName: address.city,
    cityId: null,
    inseeCode: address.koscInseeCode,
    postCode: null,
  };
}

const extensions: Readonly<Record<string, string>> = { BIS: 'B', TER: 'T', QUATER: 'Q' };

/** Kosc writes a number and its extension together (`4B`); a number in another form is passed on as it is. */
function splitStreetNumber(text: string | null): Pick<Address, 'streetNumber' | 'streetExtension'> {
  const [, number = text, extension = null] =
    /^(\d+) ?(BIS|TER|QUATER|[A-Z])$/.exec(text?.trim().toUpperCase() ?? '') ?? [];
  const streetExtension = extension === null ? null : (extensions[extension] ?? extension);
  return { streetNumber: number, streetExtension };
}

/** An offer in comparable form. Kosc publishes no recurring price and no bandwidth. */
function makeComparable(
  offer: KoscOffer,
  { isFibre, network }: { isFibre: boolean; network: string | null },
): ComparableOffer {
  return {
    id: offer.id,
    name: offer.product.name,
    technology: isFibre ? 'FTTH' : 'COPPER',
    network,
    verdict: offer.eligibility.verdict,
    reasons: [...offer.eligibility.reasons, ...offer.eligibility.underConditions],
    guaranteedBandwidth: null,
    maxBandwidth: null,
    commitmentMonths: null,
    price: null,
    priceStatus: 'NOT_PUBLISHED',
    setupFee: offer.setupFee,
    setupFeeStatus: offer.setupFeeStatus,
    leadTimeDays: offer.orderDelayDays,
    guaranteedUntilDate: null,
    source: { __typename: 'KoscOffer', ...offer },
  };
}
