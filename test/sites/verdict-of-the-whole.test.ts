import { describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { SiteChangesDocument, SiteQualificationDocument } from '../support/operations.generated.ts';
import { serveSites } from '../support/serve-sites.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  whenFinished,
} from '../support/site-questions.ts';
import { overWebSocket } from '../support/state-stream.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
serveSites((service) => {
  tested = service;
});

describe('the whole', () => {
  test.each([
    ['not-eligible', 'DONE', 'NOT_ELIGIBLE', ['NOT_ELIGIBLE', 'RED'], ['NOT_ELIGIBLE', 'RED']],
    ['on-quotation', 'DONE', 'ELIGIBLE', ['QUOTE_REQUIRED', 'YELLOW'], ['ELIGIBLE', 'GREEN']],
    ['partly-on-quotation', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['NOT_ELIGIBLE', 'RED']],
    ['another-zone-each', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['NOT_YET', 'RED']],
    ['no-offer', 'DONE', 'UNDETERMINED', ['NOT_ELIGIBLE', 'RED'], ['UNDETERMINED', null]],
    ['toulouse', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['UNDETERMINED', null]],
    ['other-building-reference', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['ELIGIBLE', 'GREEN']],
  ] as const)(
    'the whole of the site %s is %s and %s',
    async (name, state, verdict, ofCovage, ofKosc) => {
      const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt(name) });
      const [covage, kosc] = [outcomeOf(answer, 'COVAGE'), outcomeOf(answer, 'KOSC')];
      expect([covage.verdict, covage.confidence]).toEqual(ofCovage);
      expect([kosc.verdict, kosc.confidence]).toEqual(ofKosc);
      expect(answer).toMatchObject({ state, verdict });
    },
  );

  test('the whole has the best verdict so far while another operator is still asked', async () => {
    tested.sandbox.covage.script({ lifecycle: { advance: 'manual' } });
    const asked = await qualifySite(tested, { eligibilityId: eligibilityIdAt('every-family') });
    const changes = overWebSocket(tested.url, SiteChangesDocument, { id: asked.id });
    for await (const { data } of changes) {
      const change = data?.siteQualificationChange;
      if (change?.change?.operator !== 'KOSC') continue;
      expect(change.siteQualification).toMatchObject({ state: 'IN_PROGRESS', verdict: 'ELIGIBLE' });
      break;
    }
    await changes.leave();
    const creation = await tested.sandbox.covage.waitForCall(
      ({ route, status }) => route === 'qualification' && status !== null,
    );
    tested.sandbox.covage.advance(creation.path.split('/').findLast(Boolean) ?? '', 9);
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE' });
  });

  test('the whole has the stages of Covage to their end', async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(outcomeOf(answer, 'COVAGE').progress?.map(({ state }) => state)).toEqual([
      'ACKNOWLEDGED',
      'IN_PROGRESS_ELIGIBILITY',
      'IN_PROGRESS_OFFER',
      'IN_PROGRESS_PRICE',
      'DONE_READY',
    ]);
  });

  test('the whole is null without an error for an id that does not exist', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'not-an-id', '']) {
      const answer = await graphqlRequest(tested.url, SiteQualificationDocument, { id });
      expect(answer.errors).toBeUndefined();
      expect(answer.data).toEqual({ siteQualification: null });
    }
  });
});
