import { z } from 'zod';
import type { ComparableOffer, Site } from '../../vocabulary/site.ts';
import { OperatorError } from '../operator-error.ts';
import type { Pace } from '../pace.ts';
import type { SiteAnswer, SiteQualifier, SiteQuestion } from '../site-qualifier.ts';
import type { KoscClient } from './client.ts';
import type { KoscAddress, KoscEligibility, KoscOffer } from './domain.ts';
import type { KeptEligibilities } from './kept-eligibilities.ts';
import { withoutPersonalData } from './personal-data.ts';
import { readRequest, type RequestInput } from './reference.ts';

const optionsSchema = z.object({ productLines: z.array(z.string()).nullish() }).nullish();

/** Kosc records every question and cannot be asked for an answer again, so that a lost one costs one more at most. */
const mostTries = 2;
const savedSchema = z.object({ tries: z.number() });

export interface KoscSiteOptions {
  readonly client: KoscClient;
  readonly kept: KeptEligibilities;
  readonly pace: Pace;
}

/** Asks Kosc about a site: by its optical outlet, its line or its building, the most particular that is known. */
export function koscSites({ client, kept, pace }: KoscSiteOptions): SiteQualifier {
  return {
    readSite: () => ({}),
    async ask(question) {
      const input = inputFor(question);
      if (input === null) {
        return {
          skip: {
            code: 'SITE_KEY_MISSING',
            message:
              'Kosc knows a site by an optical outlet (OTP), a line number or a building reference; none of them is known of this site.',
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
      const eligibility = await pace.run(
        async () => {
          await question.save({ tries });
          return client.checkEligibility(read.request, { signal });
        },
        { signal, kind: 'question', patienceMs: remainingMs },
      );
      await kept.add(eligibility, question.tenant);
      return answerOf(eligibility);
    },
    present: (one, mayReadPersonalData) => {
      const isEligibility = one.__typename === 'KoscEligibility' && !mayReadPersonalData;
      if (!isEligibility) return one;
      // Kept by this file, in the form of this version or of an earlier one with fewer fields.
      return { ...one, ...withoutPersonalData(one as unknown as KoscEligibility) };
    },
  };
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
    learned: learnedOf(eligibility),
  };
}

/** What an answer tells of the site. For an unlisted number the street is not passed on to anybody. */
function learnedOf({ building, endpoint }: KoscEligibility): Partial<Site> {
  const address = building?.address ?? endpoint?.address ?? null;
  const isUnlisted = endpoint?.copper?.unlistedNumber === true;
  return {
    buildingRef: building?.buildingRef ?? null,
    isLineUnlisted: endpoint?.copper?.unlistedNumber ?? null,
    address: address === null || isUnlisted ? null : translateAddress(address),
  };
}

function translateAddress(address: KoscAddress): NonNullable<Site['address']> {
  return {
    label: null,
    streetNumber: address.streetNumber,
    streetExtension: null,
    streetName: address.streetName,
    streetId: null,
    cityName: address.city,
    cityId: null,
    inseeCode: address.koscInseeCode,
    postCode: null,
  };
}

/** An offer as others' offers can be compared with it. Kosc names no recurring price and no bandwidth. */
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
    priceStatus: 'SEE_CONTRACT',
    setupFee: offer.setupFee,
    setupFeeStatus: offer.setupFeeStatus,
    leadTimeDays: offer.orderDelayDays,
    guaranteedUntilDate: null,
    source: { __typename: 'KoscOffer', ...offer },
  };
}
