import { z } from 'zod';
import { baseUrl, count, milliseconds, text } from '../../settings.ts';
import { defineOperator } from '../port/operator.ts';
import { KoscClient } from './client.ts';
import { StoredAnswers } from '../port/stored-answers.ts';
import type { KoscEligibility } from './domain.ts';
import { EligibilityRef, OfferRef } from './graphql/refs.ts';
import { KoscSiteOptionsInput } from './graphql/site-options.ts';
import { koscSiteReader, koscSites } from './site-qualifier.ts';
import { koscKey, openKoscSession } from './session.ts';
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
  sites: koscSiteReader,
  examples: koscExamples,
  settings: {
    required: { KOSC_API_URL: baseUrl, KOSC_EMAIL: text, KOSC_PASSWORD: z.string().min(1) },
    optional: {
      KOSC_TIMEOUT_MS: milliseconds.default(10_000),
      KOSC_CONCURRENCY: count.default(20),
    },
  },
  connect(settings, services) {
    const { calls } = services;
    const client = new KoscClient({
      apiUrl: settings.KOSC_API_URL,
      email: settings.KOSC_EMAIL,
      password: settings.KOSC_PASSWORD,
      timeoutMs: settings.KOSC_TIMEOUT_MS,
      calls,
      report: services.deviations.report,
    });
    const pace = services.pace(settings.KOSC_CONCURRENCY);
    const answers = new StoredAnswers<KoscEligibility>('KOSC', services.store, services.log);
    return {
      openSession: (scope) => openKoscSession(client, answers, scope),
      sites: koscSites({ client, answers, pace }),
      close: () => client.close(),
    };
  },
});
