import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingGroups } from '../../src/config.ts';
import { operators } from '../../src/operators/index.ts';

// What is shipped for Kubernetes, held against its schemas and against the service.

const folder = join(import.meta.dirname, '../../deploy/kubernetes');
const models = { Deployment, NetworkPolicy, PodDisruptionBudget, Service };
const manifests = readdirSync(folder).map(
  (name) => parse(readFileSync(join(folder, name), 'utf8')) as { kind: keyof typeof models },
);
const manifest = <Kind extends keyof typeof models>(
  kind: Kind,
): InstanceType<(typeof models)[Kind]> =>
  manifests.find((one) => one.kind === kind) as unknown as InstanceType<(typeof models)[Kind]>;

/** Every setting. */
const variables = new Set<string>([
  ...Object.values(settingGroups).flatMap((group) =>
    Object.values(group).map(({ variable }) => variable as string),
  ),
  ...operators.flatMap(({ settings }) =>
    Object.keys({ ...settings.required, ...settings.optional }),
  ),
]);

test.for(manifests)('the manifest of a $kind is one by the schemas of Kubernetes', (one) => {
  const { kind } = one;
  expect(() => new models[kind](one as never).validate()).not.toThrow();
  expect(() => new models[kind]({ ...one, spec: 'nothing' } as never).validate()).toThrow();
});

test('they fit each other and the service', () => {
  expect(manifests.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(models).toSorted());
  const { template } = manifest('Deployment').spec!;
  const { labels } = template.metadata!;
  const [container] = template.spec!.containers;
  expect(manifest('Service').spec?.selector).toEqual(labels);
  expect(manifest('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(labels);
  expect(manifest('NetworkPolicy').spec?.podSelector?.matchLabels).toEqual(labels);
  const ports = container!.ports!.map(({ name }) => name);
  expect(ports).toContain(manifest('Service').spec?.ports?.[0]?.targetPort);
  expect(container!.livenessProbe?.httpGet?.path).toBe('/healthz');
  expect(container!.readinessProbe?.httpGet?.path).toBe('/readyz');
  const env = new Map(container!.env!.map(({ name, value }) => [name, value]));
  expect([...env.keys()].filter((name) => !variables.has(name))).toEqual([]);
  // An orderly end takes ten seconds behind the drain.
  const graceMs = (template.spec!.terminationGracePeriodSeconds ?? 30) * 1_000;
  expect(graceMs).toBeGreaterThanOrEqual(Number(env.get('DRAIN_MS')) + 10_000);
});

interface ComposeService {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

test('compose.yaml pins its images, lets nothing be written and bounds what is used', () => {
  const file = readFileSync(join(import.meta.dirname, '../../compose.yaml'), 'utf8');
  const { services } = parse(file, { merge: true }) as {
    services: Readonly<Record<string, ComposeService>>;
  };
  expect(Object.keys(services)).toEqual(['postgres', 'eligibility', 'sandbox', 'proxy']);
  for (const service of Object.values(services)) {
    expect(service.image).toMatch(/:\d+\.\d+/);
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.any(String) as string,
      pids_limit: expect.any(Number) as number,
    });
  }
  const passed = Object.keys(services['eligibility']?.environment ?? {});
  expect(passed.filter((name) => !variables.has(name))).toEqual([]);
});
