import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { putEmptyPglite } from '../../support/empty-pglite.ts';
import { ServiceProcess } from '../../support/service-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The GraphQL address of the service that all test files share: as `npm start` starts it. */
    readonly serviceUrl: string;
  }
}

/** Starts one service for all test files, and ends it when the last one has run. */
export default async function shareService(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'eligibility-conformance-'));
  await putEmptyPglite(dataDir);
  const service = new ServiceProcess({ DATA_DIR: dataDir });
  project.provide('serviceUrl', await service.url());
  return async () => {
    await service.kill();
    await rm(dataDir, { recursive: true, force: true });
  };
}
