import { z } from 'zod';
import { sumOf } from '../../vocabulary/money.ts';
import type { ComparableOffer, Site } from '../../vocabulary/site.ts';
import { OperatorError, quoteOf } from '../port/operator-error.ts';
import type { Owner, Ownership } from './lists/ownership.ts';
import { pagesOf } from './lists/pages.ts';
import type { Pace } from '../calling/pace.ts';
import type {
  SiteAnswer,
  SiteKey,
  SiteQualifier,
  SiteQuestion,
  SiteReader,
} from '../port/site-qualifier.ts';
import type { CovageCatalogue } from './catalogue/catalogue.ts';
import type { CovageClient } from './client.ts';
import { decideQualification } from './decide-verdicts.ts';
import { createOnce, unclear } from './creating/create-qualification.ts';
import type {
  ItemOffer,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
} from './domain.ts';
import { offerFamiliesIssues } from './catalogue/offer-families.ts';
import { decodeEligibilityId, encodeEligibilityId } from './eligibility-id.ts';
import { findCreated, type CreationClient } from './creating/find-created.ts';
import { followQuestion } from './watching/follow-question.ts';
import type { Followers } from './watching/followers.ts';
import { settledItem, withItems } from './watching/settled-parts.ts';
import type { QualificationWatches } from './watching/qualification-watches.ts';

const optionsSchema = z
  .object({
    offerFamilies: z.array(z.string()).nullish(),
    resolvePricing: z.boolean().nullish(),
  })
  .nullish();

/** What a run keeps for the next one: what was asked for and when, and, once Covage answered, its identifier. */
const savedSchema = z.object({
  eligibilityId: z.string(),
  offerFamilies: z.array(z.string()),
  startedAt: z.number(),
  id: z.string().nullable(),
});
type Saved = z.infer<typeof savedSchema>;

type QuestionClient = CreationClient &
  Pick<CovageClient, 'fetchOfferFamilies' | 'fetchItemPage' | 'fetchItem'>;

export interface CovageSiteOptions {
  readonly client: CovageClient;
  readonly catalogue: CovageCatalogue;
  readonly watches: QualificationWatches;
  readonly followers: Followers;
  readonly pace: Pace;
  readonly ownership: Ownership;
  /** Whether an eligibility id may be made up from coordinates and building, which Covage does not sanction. */
  readonly maySynthesiseKeys: boolean;
}

/** What Covage's adapter makes of sites and of kept answers. */
export const covageSiteReader: SiteReader = {
  keysInWords:
    "Covage knows a site by its eligibility id (`eligibilityId`), from Covage's address search, or by a building (`buildingRef`) that it has qualified before. A location (`location`) becomes a key only where the service is set to make keys up of it (SYNTHESISE_ELIGIBILITY_IDS).",
  keys: ({ site }) => keysOf(site),
  check: ({ options: given }) =>
    offerFamiliesIssues(
      ['input', 'covage', 'offerFamilies'],
      optionsSchema.parse(given)?.offerFamilies,
    ),
  readSite: ({ eligibilityId }) =>
    (eligibilityId === null ? null : decodeEligibilityId(eligibilityId)) ?? {},
  // Kept by this file, in the form of this version or of an earlier one with fewer fields.
  learn: (qualification) => learnedOf(qualification as ProductOfferingQualification),
  // Requesters are masked by the fields that show them; nothing else here is about persons.
  present: (kept) => kept,
};

/** Asks Covage about a site: by its eligibility id, or by one that Covage has qualified in the same building before. */
export function covageSites(options: CovageSiteOptions): SiteQualifier {
  return {
    async ask(question) {
      const asking = {
        client: inTurn(options, question),
        owner: options.ownership.of(question.tenant),
      };
      const saved = savedSchema.safeParse(question.saved).data ?? null;
      const asked = saved ?? (await prepare(asking, options.maySynthesiseKeys, question));
      if (asked === null) {
        return { skip: { code: 'SITE_KEY_MISSING', message: missingKey(question.site) } };
      }
      const id = asked.id ?? (await createOrFind(asking, question, asked, saved !== null));
      await question.save({ ...asked, id });
      const followed = await followQuestion(options, question, id);
      const qualification = await withItems(asking.client, question, followed);
      return siteAnswerFrom(
        await decideQualification(qualification, (item) =>
          settledItem(asking.client, question, item),
        ),
      );
    },
  };
}

/** What of a site Covage can be asked by; a building that it has not qualified and a location may come to nothing. */
function keysOf({ eligibilityId, buildingRef, location }: Site): readonly SiteKey[] {
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

/** The calls of one question, each made when it may be. */
function inTurn(
  { client, catalogue, pace }: CovageSiteOptions,
  question: SiteQuestion,
): QuestionClient {
  const { signal, remainingMs: patienceMs } = question;
  const run = <O, T>(given: O, call: (options: O) => Promise<T>): Promise<T> =>
    pace.run((options) => call({ ...given, ...options }), {
      signal,
      kind: 'question',
      asker: question,
      patienceMs,
    });
  return {
    clockAheadMs: () => client.clockAheadMs(),
    fetchOfferFamilies: (given) => run(given, (options) => catalogue.offerFamilies(options)),
    fetchItem: (id, given) => run(given, (options) => client.fetchItem(id, options)),
    fetchItemPage: (query, given) => run(given, (options) => client.fetchItemPage(query, options)),
    fetchQualificationPage: (query, given) =>
      run(given, (options) => client.fetchQualificationPage(query, options)),
    fetchQualification: (id, given) =>
      run(given, (options) => client.fetchQualification(id, options)),
    createQualification: (request, given) =>
      run(given, (options) => client.createQualification(request, options)),
  };
}

/** What to ask for; null where no key of the site is one of Covage's. */
async function prepare(
  { client, owner }: Asking,
  maySynthesiseKeys: boolean,
  { site, options, signal }: SiteQuestion,
): Promise<Saved | null> {
  const eligibilityId =
    site.eligibilityId ??
    (await findByBuilding({ client, owner }, site, signal)) ??
    (maySynthesiseKeys && site.location !== null
      ? encodeEligibilityId({ location: site.location, buildingRef: site.buildingRef })
      : null);
  if (eligibilityId === null) return null;
  const given = optionsSchema.parse(options);
  const offerFamilies =
    given?.offerFamilies ?? (await client.fetchOfferFamilies({ signal })).map(({ name }) => name);
  return { eligibilityId, offerFamilies: [...offerFamilies], startedAt: Date.now(), id: null };
}

interface Asking {
  readonly client: QuestionClient;
  readonly owner: Owner;
}

/** The eligibility id of an item of the owner's that Covage has qualified in the same building; its filter is by prefix. */
async function findByBuilding(
  { client, owner }: Asking,
  { buildingRef }: Site,
  signal: AbortSignal,
): Promise<string | null> {
  if (buildingRef === null) return null;
  const asked = new URLSearchParams({ building_ref: buildingRef });
  const pages = pagesOf(asked, (query) => client.fetchItemPage(query, { signal }));
  for await (const page of pages) {
    const candidates = page.members.filter(
      ({ place }) => place?.buildingRef === buildingRef && place.eligibilityId !== null,
    );
    const own = await owner.owns(
      candidates.map((item) => item.productOfferingQualificationId ?? ''),
    );
    const known = candidates.find((_item, index) => own[index]);
    if (known) return known.place?.eligibilityId ?? null;
  }
  return null;
}

/** The identifier of the qualification: found, where an earlier run may have created it, or created now. */
async function createOrFind(
  { client, owner }: Asking,
  question: SiteQuestion,
  asked: Saved,
  isRerun: boolean,
): Promise<string> {
  const { signal, externalId } = question;
  const request: QualificationRequest = {
    externalId,
    projectId: null,
    items: [
      {
        eligibilityId: asked.eligibilityId,
        offerFamilies: asked.offerFamilies,
        resolvePricing: optionsSchema.parse(question.options)?.resolvePricing ?? true,
        address: question.site.address,
      },
    ],
  };
  const creating = { owner, signal, deadlineAt: performance.now() + question.remainingMs() };
  if (isRerun) {
    const { startedAt } = asked;
    const made = await findCreated(client, request, { ...creating, startedAt });
    if (made === 'unclear') {
      const message = `Covage does not tell what became of an earlier creation. ${unclear(externalId)}`;
      throw new OperatorError('COVAGE', 'TIMEOUT', message);
    }
    if (made !== 'none') return made.id;
  }
  await question.save(asked);
  const creation = await createOnce(client, request, { ...creating, synchronous: false });
  return creation.qualification === null ? creation.id : creation.qualification.id;
}

function siteAnswerFrom(qualification: ProductOfferingQualification): SiteAnswer {
  if (qualification.state === 'TERMINATED_WITH_ERROR') {
    const reason = qualification.stateChanges?.at(-1)?.changeReason ?? null;
    throw new OperatorError(
      'COVAGE',
      'QUALIFICATION_FAILED',
      `Covage ended the qualification with an error${reason === null ? ' and gave no reason' : `: ${quoteOf(reason)}`}.`,
    );
  }
  const items = qualification.items ?? [];
  return {
    verdict: qualification.verdict,
    qualification: { __typename: 'ProductOfferingQualification', ...qualification },
    offers: items.flatMap((item) => (item.offers ?? []).map((offer) => comparable(item, offer))),
  };
}

function learnedOf({ items }: ProductOfferingQualification): Partial<Site> {
  const first = items?.[0];
  return {
    eligibilityId: first?.place?.eligibilityId ?? null,
    buildingRef: first?.place?.buildingRef ?? null,
    location: first?.place?.location ?? null,
    address: first?.address ?? null,
  };
}

/** An offer as others' offers can be compared with it. A price that does not recur is none a month: Covage's lists only have monthly ones. */
function comparable(item: ProductOfferingQualificationItem, itemOffer: ItemOffer): ComparableOffer {
  const { offer } = itemOffer;
  const { networkAccessFee, serviceAccessFee } = itemOffer;
  // Of a sum of which one part is not known, nothing is known.
  const setupFee =
    networkAccessFee === null || serviceAccessFee === null
      ? null
      : sumOf([networkAccessFee, serviceAccessFee]);
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
