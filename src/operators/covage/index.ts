import { z } from 'zod';
import { baseUrl, count, endpointUrl, milliseconds, text } from '../../settings.ts';
import { defineOperator } from '../port/operator.ts';
import { CovageClient } from './client.ts';
import { covageKey, covageSessions, openCovage } from './session.ts';
import { ItemOfferRef, QualificationRef } from './graphql/refs.ts';
import { CovageSiteOptionsInput } from './graphql/site-options.ts';
import { Ownership } from './lists/ownership.ts';
import { covageSiteReader, covageSites } from './site-qualifier.ts';
import { Followers } from './watching/followers.ts';
import {
  watchItems,
  watchQualifications,
  type QualificationWatchOptions,
} from './watching/qualification-watches.ts';
import { Combiner, type Member } from './combining/combiner.ts';
import { pacedClient } from './paced-client.ts';
import { covageExamples } from './examples.ts';
import './graphql/offer.ts';
import './graphql/offer-pricing.ts';
import './graphql/item.ts';
import './graphql/qualification.ts';
import './graphql/lists/qualification-list.ts';
import './graphql/lists/item-list.ts';
import './graphql/lists/offer-list.ts';
import './graphql/create-qualification.ts';
import './graphql/state-change-subscription.ts';

/** Covage's FTTX API: dedicated business fibre, asked by eligibility id, answered by stages. */
export const covage = defineOperator({
  key: covageKey,
  label: 'Covage',
  description: 'Covage: dedicated business fibre (families BPE, BPEA and DIA). Answers by stages.',
  siteTypes: {
    qualification: QualificationRef,
    offer: ItemOfferRef,
    options: {
      field: 'covage',
      type: CovageSiteOptionsInput,
      description: 'What to ask Covage for; without it all families, with prices.',
    },
  },
  siteReader: covageSiteReader,
  examples: covageExamples,
  settings: {
    required: {
      COVAGE_API_URL: baseUrl,
      COVAGE_TOKEN_URL: endpointUrl,
      COVAGE_USERNAME: text,
      COVAGE_PASSWORD: z.string().min(1),
    },
    optional: {
      COVAGE_CLIENT_ID: text.default('api-client'),
      COVAGE_TIMEOUT_MS: milliseconds.default(10_000),
      COVAGE_CONCURRENCY: count.default(20),
      COVAGE_ITEMS_PER_REQUEST: count.default(1),
    },
  },
  connect(settings, services) {
    const { report } = services.deviations;
    const client = new CovageClient({
      apiUrl: settings.COVAGE_API_URL,
      tokenUrl: settings.COVAGE_TOKEN_URL,
      clientId: settings.COVAGE_CLIENT_ID,
      username: settings.COVAGE_USERNAME,
      password: settings.COVAGE_PASSWORD,
      timeoutMs: settings.COVAGE_TIMEOUT_MS,
      openApi: services.openApi,
      report,
    });
    const pace = services.pace(settings.COVAGE_CONCURRENCY);
    const followers = new Followers();
    const looking: QualificationWatchOptions = {
      deadlineMs: services.watchDeadlineMs,
      report,
      inTurn: (look, { id, signal }) =>
        pace.run(look, { signal, kind: 'look', asker: followers.findAsker(id) }),
    };
    const { sharedPolls } = services;
    const watches = watchQualifications(client, { ...looking, sharedPolls });
    const itemWatches = watchItems(client, looking);
    const parts = openCovage(client, watches, services.catalogueFreshMs);
    const ownership = new Ownership('COVAGE', services.store, services.log);
    const calling = { ...parts, pace };
    const mostItems = settings.COVAGE_ITEMS_PER_REQUEST;
    const clientOf = (asker: Member['question']) => pacedClient(calling, asker);
    const combiner =
      mostItems === 1 ? null : new Combiner({ mostItems, pace, ownership, clientOf });
    return {
      openSession: covageSessions(parts, ownership),
      siteQualifier: covageSites({
        ...calling,
        followers,
        itemWatches,
        combiner,
        ownership,
        maySynthesiseKeys: services.maySynthesiseKeys,
      }),
      polls: () => watches.size + itemWatches.size,
    };
  },
});
