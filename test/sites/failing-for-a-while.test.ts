import { describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { quick, serveSites } from '../support/serve-sites.ts';
import { SiteChangesDocument } from '../support/operations.generated.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
} from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';

let tested: TestService;
const { creations, checks } = serveSites((service) => {
  tested = service;
});

const asked = { eligibilityId: eligibilityIdAt('every-family') };
const unavailable = { kind: 'gateway', status: 503 } as const;

/** All that is told of an operator that is asked, until the end. */
async function changesOf(operator: 'COVAGE' | 'KOSC') {
  const { id } = await qualifySite(tested, { ...asked, operators: [operator] });
  const told = await collect(overWebSocket(tested.url, SiteChangesDocument, { id }));
  return told
    .map(({ data }) => data?.siteQualificationChange.change)
    .filter((change) => change?.operator === operator);
}

/** That is told once, and is no end. */
const failing = {
  state: 'PENDING',
  verdict: 'PENDING',
  error: { code: 'UNREACHABLE', retryable: true },
};
const answered = { state: 'ANSWERED', error: null };

describe('a question whose operator fails for a while, and not long enough to be left alone', () => {
  test('a question whose operator fails for a while is answered by Kosc within its deadline, and tells the failure before', async () => {
    tested.sandbox.kosc.script({
      faults: [{ ...unavailable, route: 'checkEligibility', times: 4 }],
    });
    expect(await changesOf('KOSC')).toMatchObject([failing, answered]);
    expect(checks()).toHaveLength(5);
  });

  test('a question whose operator fails for a while, and not long enough to be left alone is put to Kosc twice at most where the answers are lost', async () => {
    tested.sandbox.kosc.script({
      faults: [{ kind: 'destroy', route: 'checkEligibility', actThenFault: true }],
    });
    const answer = await qualifyToTheEnd(tested, { ...asked, operators: ['KOSC'] });
    expect(outcomeOf(answer, 'KOSC').error?.code).toBe('UNREACHABLE');
    expect(checks()).toHaveLength(2);
  });

  test.for(['categories', 'createQualification', 'qualification'] as const)(
    'a question whose operator fails for a while is answered by Covage within its deadline, and tells the failure before (%s)',
    async (route) => {
      const times = route === 'createQualification' ? 2 : 5;
      const script: CovageScript = { ...quick, faults: [{ ...unavailable, route, times }] };
      tested.sandbox.covage.script(script);
      const changes = await changesOf('COVAGE');
      expect(changes.filter((change) => change?.error !== null)).toMatchObject([failing]);
      expect(changes.at(-1)).toMatchObject(answered);
      const made = creations().filter(({ status }) => status === 201);
      expect(made).toHaveLength(1);
    },
  );
});
