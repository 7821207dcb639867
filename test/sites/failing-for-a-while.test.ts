import { describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { quick, serveSites } from '../support/serve-sites.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
const { creations, checks } = serveSites((service) => {
  tested = service;
});

const asked = { eligibilityId: eligibilityIdAt('every-family') };
const unavailable = { kind: 'gateway', status: 503 } as const;

describe('a question whose operator fails for a while, and not long enough to be left alone', () => {
  test('a question whose operator fails for a while, and not long enough to be left alone is answered by Kosc within its deadline', async () => {
    tested.sandbox.kosc.script({
      faults: [{ ...unavailable, route: 'checkEligibility', times: 4 }],
    });
    const answer = await qualifyToTheEnd(tested, { ...asked, operators: ['KOSC'] });
    expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
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
    'is answered by Covage within its deadline (%s)',
    async (route) => {
      const times = route === 'createQualification' ? 2 : 5;
      const script: CovageScript = { ...quick, faults: [{ ...unavailable, route, times }] };
      tested.sandbox.covage.script(script);
      const answer = await qualifyToTheEnd(tested, { ...asked, operators: ['COVAGE'] });
      expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
      const made = creations().filter(({ status }) => status === 201);
      expect(made).toHaveLength(1);
    },
  );
});
