import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    retry: 0,
    testTimeout: 15_000,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // One copy of graphql: its ESM and CommonJS builds refuse each other's objects.
    server: { deps: { inline: [/graphql/, /@pothos/] } },
  },
});
