import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeEligibilityId } from '../../../../src/sandbox/covage/eligibility-id.ts';
import { startSandbox } from '../../../../src/sandbox/start-sandbox.ts';
import { putEmptyPglite } from '../../../support/empty-pglite.ts';
import { graphqlRequest } from '../../../support/graphql-request.ts';
import { patience } from '../../../support/patience.ts';
import { itemsOf } from '../../../support/serve-sites.ts';
import { ServiceProcess } from '../../../support/service-process.ts';

const timeoutMs = 300_000;

const create = `mutation ($sites: [QualifySiteInput!]!) {
  createSiteQualificationBatch(input: { sites: $sites }) { ... on SiteQualificationBatch { id } }
}`;
const read = `query ($id: ID!) {
  siteQualificationBatch(id: $id) { state rows(first: 50) { nodes {
    siteQualification { outcomes { operator state } }
  } } }
}`;

interface Batch {
  readonly state: string;
  readonly rows: {
    readonly nodes: readonly {
      readonly siteQualification: {
        readonly outcomes: readonly { readonly operator: string; readonly state: string }[];
      };
    }[];
  };
}

const sites = Array.from({ length: 8 }, (_, one) => ({
  eligibilityId: encodeEligibilityId({
    longitude: 1 + one / 100,
    latitude: 49,
    buildingRef: null,
  }),
  operators: ['COVAGE'],
}));

test(
  'Sites that share a creation are answered once each by a service that is killed while it is made, and while it is read',
  { timeout: timeoutMs },
  async () => {
    await using sandbox = await startSandbox({
      covage: {
        lifecycle: { advance: 'poll', polls: 1 },
        faults: [{ route: 'createQualification', kind: 'hang', actThenFault: true }],
      },
    });
    const dataDir = mkdtempSync(join(tmpdir(), 'eligibility-sharing-'));
    try {
      await putEmptyPglite(dataDir);
      const env = { COVAGE_ITEMS_PER_REQUEST: '10', ...patience, ...sandbox.settings };
      const start = () => new ServiceProcess({ DATA_DIR: dataDir, ...env });
      const { covage } = sandbox;
      let id: string;
      {
        await using first = start();
        const { data } = await graphqlRequest<{ createSiteQualificationBatch: { id: string } }>(
          await first.url(),
          create,
          { sites },
        );
        id = data?.createSiteQualificationBatch.id ?? '';
        await covage.waitForCall(({ route }) => route === 'createQualification');
        await first.kill();
      }
      covage.script({ faults: [{ route: 'qualification', kind: 'hang' }] });
      {
        await using second = start();
        await second.url();
        await covage.waitForCall(({ route }) => route === 'qualification');
        await second.kill();
      }
      covage.script({ faults: [] });
      await using third = start();
      const url = await third.url();
      const batch = async () => {
        const { data } = await graphqlRequest<{ siteQualificationBatch: Batch }>(url, read, { id });
        return data?.siteQualificationBatch;
      };
      await expect
        .poll(async () => (await batch())?.state, { timeout: timeoutMs, interval: 500 })
        .toBe('DONE');
      const rows = (await batch())?.rows.nodes.map(({ siteQualification }) =>
        siteQualification.outcomes.find(({ operator }) => operator === 'COVAGE'),
      );
      expect(rows?.map((outcome) => outcome?.state)).toEqual(sites.map(() => 'ANSWERED'));
      const made = covage.calls
        .filter(({ route }) => route === 'createQualification')
        .flatMap((call) => itemsOf(call) ?? [])
        .map((item) => String(item['eligibility_id']));
      expect(made.toSorted()).toEqual(sites.map(({ eligibilityId }) => eligibilityId).toSorted());
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
