import { z } from 'zod';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { ComparableOffer, Site } from '../../vocabulary/site.ts';
import type { Address } from '../../vocabulary/place.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { Pace } from '../calling/pace.ts';
import type {
  GivenQuestion,
  SiteAnswer,
  SiteQualifier,
  SiteReader,
  SiteQuestion,
} from '../port/site-qualifier.ts';
import { KoscReferenceNotFound, type KoscClient } from './client.ts';
import type { KoscAddress, KoscEligibility, KoscOffer } from './domain.ts';
import type { KeptEligibilities } from './kept-eligibilities.ts';
import { mayBeUnlisted, withoutPersonalData } from './personal-data.ts';
import {
  productLineIssues,
  readRequest,
  unknownReference,
  type RequestInput,
} from './reference.ts';

const optionsSchema = z.object({ productLines: z.array(z.string()).nullish() }).nullish();

/** Kosc records every question and cannot be asked for an answer again, so that a lost one costs one more at most. */
const mostTries = 2;
const savedSchema = z.object({ tries: z.number() });

export interface KoscSiteOptions {
  readonly client: KoscClient;
  readonly kept: KeptEligibilities;
  readonly pace: Pace;
}

/** What Kosc's adapter makes of sites and of kept answers. */
export const koscSiteReader: SiteReader = {
  check,
  readSite: () => ({}),
  // Kept by this file, in the form of this version or of an earlier one with fewer fields.
  learn: (qualification) => learnedOf(qualification as KoscEligibility),
  present: (one, mayReadPersonalData) => {
    const isEligibility = one.__typename === 'KoscEligibility' && !mayReadPersonalData;
    if (!isEligibility) return one;
    // Kept by this file, in the form of this version or of an earlier one with fewer fields.
    return { ...one, ...withoutPersonalData(one as unknown as KoscEligibility) };
  },
};

/** Asks Kosc about a site: by its optical outlet, its line or its building, the most particular that is known. */
export function koscSites({ client, kept, pace }: KoscSiteOptions): SiteQualifier {
  return {
    async ask(question) {
      const input = inputFor(question);
      if (input === null) {
        return {
          skip: {
            code: 'SITE_KEY_MISSING',
            message:
              'Kosc knows a site by an optical outlet (OTP), a line number or a building reference; none of them is known of this site. A location is no key of Kosc.',
          },
        };
      }
      const read = readRequest(input);
      if ('issues' in read) {
        const message = read.issues.map((issue) => issue.message).join(' ');
        return { skip: { code: 'SITE_KEY_INVALID', message } };
      }
      const tries = (savedSchema.safeParse(question.saved).data?.tries ?? 0) + 1;
      if (tries > mostTries) {
        throw new OperatorError(
          'KOSC',
          'TIMEOUT',
          'Kosc was asked twice and its answer was lost both times; it is not asked again by itself.',
        );
      }
      const { signal, remainingMs } = question;
      const eligibility = await pace
        .run(
          async () => {
            await question.save({ tries });
            const deadlineAt = performance.now() + remainingMs();
            return client.checkEligibility(read.request, { signal, deadlineAt });
          },
          { signal, kind: 'question', patienceMs: remainingMs },
        )
        .catch((error: unknown) => {
          throw error instanceof KoscReferenceNotFound
            ? inWords(error, read.request.reference)
            : error;
        });
      await kept.add(eligibility, question.tenant);
      return answerOf(eligibility);
    },
  };
}

/** A key in a form that Kosc does not take is not refused: the other operators are asked all the same, and Kosc is skipped. */
function check({ options }: GivenQuestion): readonly InputIssue[] {
  const { productLines } = optionsSchema.parse(options) ?? {};
  return productLineIssues(['input', 'kosc', 'productLines'], productLines);
}

/** The error with the reference in its message, which is the caller's and so for nobody else. */
function inWords(
  { words, correlationId, status }: KoscReferenceNotFound,
  reference: string,
): OperatorError {
  return new OperatorError('KOSC', 'NOT_FOUND', unknownReference(reference, words), {
    correlationId: correlationId ?? undefined,
    status: status ?? undefined,
    mayHaveTakenEffect: false,
  });
}

function inputFor({ site, line, options }: SiteQuestion): RequestInput | null {
  const { productLines = null } = optionsSchema.parse(options) ?? {};
  if (site.otpRef !== null) return { reference: site.otpRef, referenceType: 'OTP', productLines };
  if (line !== null) {
    const { number: reference, status, activationType } = line;
    return { reference, referenceType: 'LINE_NUMBER', status, activationType, productLines };
  }
  if (site.buildingRef !== null) {
    return { reference: site.buildingRef, referenceType: 'BUILDING', productLines };
  }
  return null;
}

function answerOf(eligibility: KoscEligibility): SiteAnswer {
  const isFibre = eligibility.referenceType !== 'LINE_NUMBER';
  return {
    verdict: eligibility.verdict,
    qualification: { __typename: 'KoscEligibility', ...eligibility },
    offers: eligibility.offers.map((offer) => comparable(offer, isFibre)),
  };
}

/** What an answer tells of the site. For an unlisted number the street is not passed on to anybody. */
function learnedOf(eligibility: KoscEligibility): Partial<Site> {
  const { building, endpoint } = eligibility;
  const address = building?.address ?? endpoint?.address ?? null;
  return {
    buildingRef: building?.buildingRef ?? null,
    isLineUnlisted: endpoint?.copper?.unlistedNumber ?? null,
    address: address === null || mayBeUnlisted(eligibility) ? null : translateAddress(address),
  };
}

function translateAddress(address: KoscAddress): Address {
  return {
    label: null,
    ...numberOf(address.streetNumber),
    streetName: address.streetName,
    streetId: null,
    cityName: address.city,
    cityId: null,
    inseeCode: address.koscInseeCode,
    postCode: null,
  };
}

const extensions: Readonly<Record<string, string>> = { BIS: 'B', TER: 'T', QUATER: 'Q' };

/** Kosc glues what follows a number to it (`4B`); a number in another form is passed on as it is. */
function numberOf(text: string | null): Pick<Address, 'streetNumber' | 'streetExtension'> {
  const [, number = text, extension = null] =
    /^(\d+) ?(BIS|TER|QUATER|[A-Z])$/.exec(text?.trim().toUpperCase() ?? '') ?? [];
  const streetExtension = extension === null ? null : (extensions[extension] ?? extension);
  return { streetNumber: number, streetExtension };
}

/** An offer as others' offers can be compared with it. Kosc publishes no recurring price and no bandwidth. */
function comparable(offer: KoscOffer, isFibre: boolean): ComparableOffer {
  return {
    id: offer.id,
    name: offer.product.name,
    technology: isFibre ? 'FTTH' : 'COPPER',
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
