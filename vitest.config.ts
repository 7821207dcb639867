import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    retry: 0,
    // Far beyond what anything takes, also on a machine that has other things to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for may be late on such a machine. A test that promises a time measures it.
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Node runs the sources as it does in production, and there is one copy of graphql; Vite would transform everything anew
    // for each file, and mix graphql's ESM and CommonJS builds, which refuse each other's objects.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Where there are few processors Vitest leaves one to itself, and these tests wait more than they reckon.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What Node made of the sources is kept for the next file and the next process.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    projects: [
      {
        extends: true,
        test: {
          name: 'service',
          include: ['test/**/*.test.ts'],
          exclude: ['test/conformance/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // What needs packages of its own, `npm run test:conformance`; after the others, some of which measure time.
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['test/conformance/support/shared-service.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
