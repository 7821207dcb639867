import { z } from 'zod';
import { baseUrl, milliseconds, text } from '../../settings.ts';
import { defineOperator } from '../operator.ts';
import { KoscClient } from './client.ts';
import { RecentEligibilities } from './recent-eligibilities.ts';
import { koscKey, openKoscSession } from './session.ts';
import './graphql/eligibility.ts';
import './graphql/endpoint.ts';
import './graphql/check-eligibility.ts';

/** Kosc's API: shared fibre and copper, asked by line, optical outlet or building, answered at once. */
export const kosc = defineOperator({
  key: koscKey,
  description: 'Kosc: shared fibre to the home or office, and copper. Answers at once.',
  settings: {
    required: { KOSC_API_URL: baseUrl, KOSC_EMAIL: text, KOSC_PASSWORD: z.string().min(1) },
    optional: { KOSC_TIMEOUT_MS: milliseconds.default(10_000) },
  },
  connect(settings, services) {
    const client = new KoscClient({
      apiUrl: settings.KOSC_API_URL,
      email: settings.KOSC_EMAIL,
      password: settings.KOSC_PASSWORD,
      timeoutMs: settings.KOSC_TIMEOUT_MS,
      report: services.deviations.report,
    });
    const kept = new RecentEligibilities();
    return {
      openSession: (scope) => openKoscSession(client, kept, scope),
      close: () => client.close(),
    };
  },
});
