import { z } from 'zod';
import { baseUrl, count, endpointUrl, milliseconds, text } from '../../settings.ts';
import { defineOperator } from '../port/operator.ts';
import { CovageClient } from './client.ts';
import { covageKey, openCovage, CovageSession } from './session.ts';
import { ItemOfferRef, QualificationRef } from './graphql/refs.ts';
import { CovageSiteOptionsInput } from './graphql/site-options.ts';
import { Ownership } from './lists/ownership.ts';
import { covageSiteReader, covageSites } from './site-qualifier.ts';
import { Followers } from './watching/followers.ts';
import { watchQualifications } from './watching/qualification-watches.ts';
import { covageExamples } from './examples.ts';
import './graphql/offer.ts';
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
  sites: covageSiteReader,
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
    const watches = watchQualifications(client, {
      deadlineMs: services.watchDeadlineMs,
      report,
      inTurn: (look, { id, signal }) =>
        pace.run(look, { signal, kind: 'look', asker: followers.askerOf(id) }),
      sharedPolls: services.sharedPolls,
    });
    const parts = openCovage(client, watches, services.catalogueFreshMs);
    const ownership = new Ownership('COVAGE', services.store, services.log);
    return {
      openSession: (scope) => {
        const { tenant } = scope;
        const owner = ownership.of(tenant);
        const owned = tenant === null ? null : ownership.thingsOf(tenant);
        return new CovageSession(parts, { owner, owned }, scope);
      },
      sites: covageSites({
        ...parts,
        followers,
        pace,
        ownership,
        maySynthesiseKeys: services.maySynthesiseKeys,
      }),
      polls: () => watches.size,
    };
  },
});
