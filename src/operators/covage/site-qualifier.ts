import { addAmounts } from '../../vocabulary/money.ts';
import type { ComparableOffer, Site } from '../../vocabulary/site.ts';
import { OperatorError, quoteWords } from '../port/operator-error.ts';
import type { Ownership } from './lists/ownership.ts';
import type { Pace } from '../calling/pace.ts';
import type { SiteAnswer, SiteKey, SiteQualifier, SiteReader } from '../port/site-qualifier.ts';
import { askTogether, type AskTogetherOptions } from './combining/ask-together.ts';
import { decideItem, decideQualification } from './verdict.ts';
import { createOrFind, optionsSchema, prepare, savedSchema } from './creating/site-creation.ts';
import type {
  ItemOffer,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
} from './domain.ts';
import type { QualificationSource } from './graphql/refs.ts';
import { offerFamiliesIssues } from './catalogue/offer-families.ts';
import { decodeEligibilityId } from './place.ts';
import { pacedClient, type PacedClientOptions } from './paced-client.ts';
import { followQuestion } from './watching/follow-question.ts';
import { settledItem, withItems } from './watching/settled-parts.ts';
import type { QualificationWatches } from './watching/qualification-watches.ts';

export interface CovageSiteOptions extends PacedClientOptions, AskTogetherOptions {
  readonly watches: QualificationWatches;
  readonly pace: Pace;
  readonly ownership: Ownership;
  /** Whether an eligibility id may be composed of coordinates and a building, which Covage does not sanction. */
  readonly maySynthesiseKeys: boolean;
}

/** Covage's reader of sites and of stored answers. */
export const covageSiteReader: SiteReader = {
  keysInWords:
    "Covage knows a site by its eligibility id (`eligibilityId`), from Covage's address search, or by a building (`buildingRef`) that it has qualified before. A location (`location`) becomes a key only where the service is set to make keys up of it (SYNTHESISE_ELIGIBILITY_IDS).",
  keys: ({ site }) => listSiteKeys(site),
  check: ({ options: given }) =>
    offerFamiliesIssues(
      ['input', 'covage', 'offerFamilies'],
      optionsSchema.parse(given)?.offerFamilies,
    ),
  readSite: ({ eligibilityId }) =>
    (eligibilityId === null ? null : decodeEligibilityId(eligibilityId)) ?? {},
  // Kept by this file, in the form of this version or of an earlier one with fewer fields.
  learn: (qualification) => learnFrom(qualification as ProductOfferingQualification),
  // Requesters are masked by the fields that show them; nothing else here is about persons.
  present: (kept) => kept,
};

/** Asks Covage about a site, with its eligibility id or with one that Covage has qualified in the same building before. */
export function covageSites(options: CovageSiteOptions): SiteQualifier {
  return {
    async ask(question) {
      const asking = {
        client: pacedClient(options, question),
        owner: options.ownership.of(question.tenant),
      };
      const settled = (id: string) => settledItem(asking.client, question, id);
      const saved = savedSchema.safeParse(question.saved).data ?? null;
      const asked = saved ?? (await prepare(asking, options.maySynthesiseKeys, question));
      if (asked === null) {
        return { skip: { code: 'SITE_KEY_MISSING', message: missingKey(question.site) } };
      }
      const isRerun = saved !== null;
      const together = await askTogether(options, asking, question, { asked, isRerun });
      if (together !== null) {
        return itemAnswerFrom(together.qualification, await decideItem(together.item, settled));
      }
      const isGroup = asked.group !== undefined;
      const { group: _group, ...alone } = isGroup
        ? { ...asked, id: null, startedAt: Date.now() }
        : asked;
      const id = alone.id ?? (await createOrFind(asking, question, alone, isRerun && !isGroup));
      await question.save({ ...alone, id });
      const followed = await followQuestion(options, question, id);
      const qualification = await withItems(asking.client, question, followed);
      return siteAnswerFrom(await decideQualification(qualification, settled));
    },
  };
}

/** The keys of a site for Covage. A building that Covage has not qualified, and a location, may lead to no key of Covage. */
function listSiteKeys({ eligibilityId, buildingRef, location }: Site): readonly SiteKey[] {
  const keys: SiteKey[] = [];
  const add = (field: string, value: string | null): void => {
    if (value !== null) keys.push({ path: ['input', field], value, issue: null });
  };
  add('eligibilityId', eligibilityId);
  add('buildingRef', buildingRef);
  add('location', location === null ? null : `${location.longitude} ${location.latitude}`);
  return keys;
}

/** Why Covage cannot be asked about a site without an eligibility id, and what would be needed. */
function missingKey({ buildingRef, location }: Site): string {
  const hint =
    location === null
      ? ''
      : ' A location becomes a key only where the service is set to make keys up of it (SYNTHESISE_ELIGIBILITY_IDS).';
  return buildingRef === null
    ? `Covage knows a site by its eligibility id, from Covage's address search, or by a building that it has qualified before; neither is known of this site.${hint}`
    : `Covage has not qualified the building ${buildingRef} for this account before: an eligibility id from Covage's address search is needed.${hint}`;
}

function siteAnswerFrom(qualification: ProductOfferingQualification): SiteAnswer {
  if (qualification.state === 'TERMINATED_WITH_ERROR') throw endedWithError(qualification);
  const items = qualification.items ?? [];
  return {
    verdict: qualification.verdict,
    qualification: { __typename: 'ProductOfferingQualification', ...qualification },
    offers: items.flatMap((item) =>
      (item.offers ?? []).map((offer) => makeComparable(item, offer)),
    ),
  };
}

/** The answer to one of several questions that share a qualification: `item` is the one that is about its site. */
function itemAnswerFrom(
  qualification: ProductOfferingQualification,
  item: ProductOfferingQualificationItem,
): SiteAnswer {
  if (item.state === 'TERMINATED_WITH_ERROR') throw endedWithError(item);
  const part: QualificationSource = { ...qualification, items: [item], isPart: true };
  return {
    verdict: item.verdict,
    qualification: { __typename: 'ProductOfferingQualification', ...part },
    offers: (item.offers ?? []).map((offer) => makeComparable(item, offer)),
  };
}

function endedWithError({
  stateChanges,
}: Pick<ProductOfferingQualification, 'stateChanges'>): OperatorError {
  const reason = stateChanges?.at(-1)?.changeReason ?? null;
  return new OperatorError(
    'COVAGE',
    'QUALIFICATION_FAILED',
    `Covage ended the qualification with an error${reason === null ? ' and gave no reason' : `: ${quoteWords(reason)}`}.`,
  );
}

function learnFrom({ items }: ProductOfferingQualification): Partial<Site> {
  const first = items?.[0];
  return {
    eligibilityId: first?.place?.eligibilityId ?? null,
    buildingRef: first?.place?.buildingRef ?? null,
    location: first?.place?.location ?? null,
    address: first?.address ?? null,
  };
}

/** An offer in comparable form. The prices in Covage's qualifications are monthly. */
function makeComparable(
  item: ProductOfferingQualificationItem,
  itemOffer: ItemOffer,
): ComparableOffer {
  const { offer } = itemOffer;
  const { networkAccessFee, serviceAccessFee } = itemOffer;
  // The sum is known only where both parts are.
  const setupFee =
    networkAccessFee === null || serviceAccessFee === null
      ? null
      : addAmounts([networkAccessFee, serviceAccessFee]);
  return {
    id: itemOffer.id,
    name: offer.name,
    technology: offer.offerTechnology,
    // Covage does not say over whose infrastructure.
    network: null,
    verdict: itemOffer.verdict,
    reasons: [],
    guaranteedBandwidth: offer.guaranteedBandwidth,
    maxBandwidth: offer.maxBandwidth,
    commitmentMonths: offer.commitment.months,
    price: itemOffer.price,
    priceStatus: itemOffer.priceStatus,
    setupFee,
    setupFeeStatus: itemOffer.accessFeesStatus,
    leadTimeDays:
      item.estimatedDeliveries.find(({ offerFamily }) => offerFamily === offer.offerFamily)?.days ??
      null,
    guaranteedUntilDate: item.guaranteedUntilDate,
    source: { __typename: 'ItemOffer', ...itemOffer },
  };
}
