import { z } from 'zod';
import type { Site } from '../../../vocabulary/site.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import type { QualificationRequest } from '../domain.ts';
import { encodeEligibilityId } from '../place.ts';
import type { Owner } from '../lists/ownership.ts';
import { pagesOf } from '../lists/pages.ts';
import type { PacedClient } from '../paced-client.ts';
import { createOnce, unclear } from './create-qualification.ts';
import { findCreated, type CreationOptions } from './find-created.ts';

/** Covage's own options of a question. */
export const optionsSchema = z
  .object({
    offerFamilies: z.array(z.string()).nullish(),
    resolvePricing: z.boolean().nullish(),
  })
  .nullish();

/** What a run saves for the next one: the request, its time, and Covage's identifier once there is one. */
export const savedSchema = z.object({
  eligibilityId: z.string(),
  offerFamilies: z.array(z.string()),
  startedAt: z.number(),
  id: z.string().nullable(),
  /** The creation that the question shares with others; absent where it has its own. */
  group: z.object({ name: z.string(), size: z.number() }).optional(),
});
export type Saved = z.infer<typeof savedSchema>;

/** Prepares the request to Covage; null where no eligibility id of the site can be found. */
export async function prepare(
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

export interface Asking {
  readonly client: PacedClient;
  readonly owner: Owner;
}

/** The eligibility id of one of the owner's items that Covage has qualified in the same building. Covage filters by prefix. */
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

/** The creation for a question. */
export function requestFor(question: SiteQuestion, asked: Saved): QualificationRequest {
  const { externalId, site, options } = question;
  return {
    externalId,
    projectId: null,
    items: [
      {
        eligibilityId: asked.eligibilityId,
        offerFamilies: asked.offerFamilies,
        resolvePricing: optionsSchema.parse(options)?.resolvePricing ?? true,
        address: site.address,
      },
    ],
  };
}

/** The identifier of the qualification that an earlier run created; null where that certainly created nothing. */
export async function findEarlier(
  { client, owner }: Asking,
  { signal, remainingMs }: SiteQuestion,
  request: QualificationRequest,
  { startedAt, isOwnName }: Pick<Saved, 'startedAt'> & Pick<CreationOptions, 'isOwnName'>,
): Promise<string | null> {
  const deadlineAt = performance.now() + remainingMs();
  const options = { owner, signal, deadlineAt, startedAt, isOwnName };
  const made = await findCreated(client, request, options);
  if (made === 'unclear') {
    const message = `Covage does not tell what became of an earlier creation. ${unclear(request.externalId)}`;
    throw new OperatorError('COVAGE', 'TIMEOUT', message);
  }
  return made === 'none' ? null : made.id;
}

/** The identifier of the qualification: found, where an earlier run may have created it, or created now. */
export async function createOrFind(
  asking: Asking,
  question: SiteQuestion,
  asked: Saved,
  isRerun: boolean,
): Promise<string> {
  const request = requestFor(question, asked);
  const earlier = isRerun ? await findEarlier(asking, question, request, asked) : null;
  if (earlier !== null) return earlier;
  await question.save(asked);
  const { client, owner } = asking;
  const { signal, remainingMs } = question;
  const creation = await createOnce(client, request, {
    owner,
    signal,
    deadlineAt: performance.now() + remainingMs(),
    synchronous: false,
    isPatient: true,
  });
  return creation.qualification === null ? creation.id : creation.qualification.id;
}
