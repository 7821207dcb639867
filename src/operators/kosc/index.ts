import { z } from 'zod';
import { baseUrl, count, milliseconds, text } from '../../settings.ts';
import { defineOperator } from '../port/operator.ts';
import { openKoscClient } from './client.ts';
import { StoredAnswers } from '../port/stored-answers.ts';
import type { KoscEligibility } from './domain.ts';
import { EligibilityRef, OfferRef } from './graphql/refs.ts';
import { KoscSiteOptionsInput } from './graphql/site-options.ts';
import { koscSiteReader, koscSites } from './site-qualifier.ts';
import { koscKey, openKoscSession } from './session.ts';
import { koscApi } from './transport.ts';
import { koscFields } from './wire.ts';
import { koscExamples } from './examples.ts';
import './graphql/eligibility.ts';
import './graphql/lists.ts';
import './graphql/endpoint.ts';
import './graphql/check-eligibility.ts';

/** Kosc's API: shared fibre and copper, asked by line, optical outlet or building, answered at once. */
export const kosc = defineOperator({
  key: koscKey,
  label: 'Kosc',
  description: 'Kosc: shared fibre to the home or office, and copper. Answers at once.',
  siteTypes: {
    qualification: EligibilityRef,
    offer: OfferRef,
    options: {
      field: 'kosc',
      type: KoscSiteOptionsInput,
      description: 'What to ask Kosc for; without it all that is subscribed.',
    },
  },
  siteReader: koscSiteReader,
  examples: koscExamples,
  settings: {
    required: { KOSC_API_URL: baseUrl, KOSC_EMAIL: text, KOSC_PASSWORD: z.string().min(1) },
    optional: {
      KOSC_TIMEOUT_MS: milliseconds.default(10_000),
      KOSC_CONCURRENCY: count.default(20),
    },
  },
  connect(settings, { openApi, deviations, pace, store, log }) {
    const fields = koscFields(deviations.report);
    const api = koscApi(
      {
        apiUrl: settings.KOSC_API_URL,
        email: settings.KOSC_EMAIL,
        password: settings.KOSC_PASSWORD,
        timeoutMs: settings.KOSC_TIMEOUT_MS,
      },
      fields,
    );
    const client = openKoscClient(openApi(api), fields);
    const answers = new StoredAnswers<KoscEligibility>(koscKey.name, store, log);
    return {
      openSession: (options) => openKoscSession(client, answers, options),
      siteQualifier: koscSites({ client, answers, pace: pace(settings.KOSC_CONCURRENCY) }),
    };
  },
});
