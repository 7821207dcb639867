import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';

// The audits of the GraphQL over HTTP specification, by the package of its reference implementation.

const named = serverAudits({ url: '' }).map(({ id, name }, index) => ({ id, name, index }));

/** Runs an audit; `asked` is everything that it sent. */
async function audit(
  url: string,
  index: number,
): Promise<{ status: string; reason: string; asked: string }> {
  let asked = '';
  const fetchFn = async (address: string | URL, init?: RequestInit): Promise<Response> => {
    asked += `${decodeURIComponent(String(address))} ${typeof init?.body === 'string' ? init.body : ''}\n`;
    return fetch(address, init);
  };
  const result = await serverAudits({ url, fetchFn })[index]!.fn();
  return { status: result.status, reason: 'reason' in result ? result.reason : '', asked };
}

describe('the GraphQL over HTTP specification', () => {
  test('has 61 audits', () => {
    expect(named).toHaveLength(61);
  });

  test.for(named)('$id: $name', async ({ index }) => {
    const { status, reason } = await audit(inject('serviceUrl'), index);
    expect({ status, reason }).toEqual({ status: 'ok', reason: '' });
  });
});

describe('the GraphQL over HTTP specification, in production', () => {
  let service: ServiceProcess;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'eligibility-conformance-'));
    service = new ServiceProcess({ NODE_ENV: 'production', SANDBOX: '1', DATA_DIR: dataDir });
    await service.url();
  });
  afterAll(async () => {
    await service.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('is kept but for the audits that read the schema, which it does not show', async () => {
    const url = await service.url();
    const lost: string[] = [];
    const readingSchema: string[] = [];
    for (const { id, name, index } of named) {
      const { status, asked } = await audit(url, index);
      if (status !== 'ok') lost.push(`${id}: ${name}`);
      if (/__(?:type|schema)\b/.test(asked)) readingSchema.push(`${id}: ${name}`);
    }
    expect(lost.filter((one) => !readingSchema.includes(one))).toEqual([]);
    expect(lost).toHaveLength(4);
  });
});
