import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService } from '../support/start-test-service.ts';

// What is shipped for Prometheus and Grafana, held against the metrics that there are.

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string): string => readFileSync(pathOf(name), 'utf8');
const rules = 'deploy/prometheus/alerts.yaml';
const dashboard = 'deploy/grafana/dashboard.json';
const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find(existsSync);

/** The metrics that a text names. */
const namedIn = (text: string): ReadonlySet<string> =>
  new Set(text.match(/\b(?:eligibility|process|nodejs)_[a-z0-9_]+/g));

test('the dashboard, the alerts and the documentation name metrics that there are, and all of our own', async () => {
  await using tested = await startTestService({ env: { METRICS_PORT: '0' } });
  await graphqlRequest(tested.url, '{ offerFamilies { name } }');
  await graphqlRequest(tested.url, '{ nothing }');
  const told = await (await fetch(tested.service.metricsUrl ?? '')).text();
  const known = namedIn(told);
  for (const name of [rules, dashboard]) {
    expect([...namedIn(read(name))].filter((metric) => !known.has(metric))).toEqual([]);
  }
  const own = new Set([...told.matchAll(/^# TYPE (eligibility_\w+)/gm)].map(([, name]) => name));
  const documented = new Set(read('docs/running.md').match(/(?<=^\| `)eligibility_\w+/gm));
  expect(documented).toEqual(own);
});

test('the dashboard can be imported: each panel has an identifier and a place of its own', () => {
  const { panels, uid } = JSON.parse(read(dashboard)) as {
    uid: string;
    panels: { id: number; gridPos: { x: number; y: number } }[];
  };
  expect(uid).toBe('eligibility');
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
});

const title =
  promtool === undefined
    ? 'promtool takes the alert rules (skipped: it is not installed; Debian has it in the package "prometheus")'
    : 'promtool takes the alert rules';

// oxlint-disable-next-line vitest/valid-title -- a skip says why
test.skipIf(promtool === undefined)(title, () => {
  const { stdout, stderr, status } = spawnSync(promtool!, ['check', 'rules', pathOf(rules)], {
    encoding: 'utf8',
  });
  expect({ status, said: stdout + stderr }).toMatchObject({
    status: 0,
    said: expect.stringMatching(/SUCCESS: \d+ rules found/) as string,
  });
});
