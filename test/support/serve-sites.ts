import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { startTestService, type TestService } from './start-test-service.ts';

/** Covage ends at the first look. */
export const quick: CovageScript = { lifecycle: { advance: 'poll', polls: 0 } };

/** Buildings of the sandbox. */
export const rouen = 'IMB/76540/C/01A4';
export const grenoble = 'IMB/38185/X/00G6';
export const gueret = 'IMB/23096/X/000B';

/**
 * A service with an open store for a file of tests; before each test the operators are as at the start, and Covage quick. `use` is
 * told it before the first one.
 */
export function serveSites(
  use: (tested: TestService) => void,
  env: Readonly<Record<string, string>> = {},
) {
  let tested: TestService;
  beforeAll(async () => {
    tested = await startTestService({ usesStore: true, env });
    // Opening the store takes longer than most tests.
    await tested.service.work();
    use(tested);
  });
  afterAll(() => tested[Symbol.asyncDispose]());
  beforeEach(() => {
    const { covage, kosc } = tested.sandbox;
    covage.reset();
    covage.script(quick);
    kosc.reset();
  });
  return {
    /** What was created at Covage in this test. */
    creations: () =>
      tested.sandbox.covage.calls.filter(({ route }) => route === 'createQualification'),
    /** What Kosc was asked in this test. */
    checks: () => tested.sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility'),
  };
}

interface CreationBody {
  readonly external_id?: unknown;
  readonly product_offering_qualification_items?: readonly Readonly<Record<string, unknown>>[];
}

/** The body of a creation at Covage. */
export const bodyOf = (call: { readonly body: unknown } | undefined) => call?.body as CreationBody;

/** What a creation asks for. */
export const itemsOf = (call: { readonly body: unknown } | undefined) =>
  bodyOf(call).product_offering_qualification_items;
