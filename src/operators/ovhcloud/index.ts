import { baseUrl, count, milliseconds } from '../../settings.ts';
import { StoredAnswers } from '../port/stored-answers.ts';
import { defineOperator } from '../port/operator.ts';
import { openOvhClient } from './client.ts';
import type { OvhEligibility } from './domain.ts';
import { ovhExamples } from './examples.ts';
import { EligibilityRef, OfferRef } from './graphql/refs.ts';
import { OvhcloudSiteOptionsInput } from './graphql/site-options.ts';
import { openOvhSession, ovhKey } from './session.ts';
import { ovhSiteReader, ovhSites } from './site-qualifier.ts';
import { unknownReference } from './task.ts';
import './graphql/eligibility.ts';

/** OVHcloud's eligibility API: six networks resold, asked by building, outlet, line or address, and again until it is done. */
export const ovhcloud = defineOperator({
  key: ovhKey,
  label: 'OVHcloud',
  description:
    'OVHcloud: fibre and copper over the networks of several operators, which it resells. Answers within seconds.',
  siteTypes: {
    qualification: EligibilityRef,
    offer: OfferRef,
    options: {
      field: 'ovhcloud',
      type: OvhcloudSiteOptionsInput,
      description: 'What to ask OVHcloud for; without it every product.',
    },
  },
  siteReader: ovhSiteReader,
  examples: ovhExamples,
  // Its routes need no credentials. Whether a reseller may use them is between the reseller and OVHcloud.
  isAskedByNameOnly: true,
  settings: {
    required: { OVH_API_URL: baseUrl },
    // It publishes no limits.
    optional: { OVH_TIMEOUT_MS: milliseconds.default(10_000), OVH_CONCURRENCY: count.default(2) },
  },
  connect(settings, { openApi, fields, pace, store, log }) {
    const api = openApi({
      baseUrl: settings.OVH_API_URL,
      timeoutMs: settings.OVH_TIMEOUT_MS,
      unknownReference,
    });
    const client = openOvhClient(api, fields);
    const answers = new StoredAnswers<OvhEligibility>(ovhKey.name, store, log);
    return {
      openSession: (options) => openOvhSession(answers, options),
      siteQualifier: ovhSites({ client, answers, pace: pace(settings.OVH_CONCURRENCY) }),
    };
  },
});
