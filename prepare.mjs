// Runs at the end of `npm ci`, on whatever Node there is.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';

const installed = new URL('node_modules/', import.meta.url);

// A quarter of what is installed is of no use here: headers for native add-ons, maps for debuggers of packages, and copies
// of modules in other forms.
const unused = [
  /^node\/node_modules$/,
  /^@graphql-yoga\/render-graphiql\/cjs$/,
  /^@opentelemetry\/[^/]+\/build\/esm(?:next)?$/,
  /^(?!\.).*\.map$/,
];
for (const path of readdirSync(installed, { recursive: true })) {
  const name = String(path).replaceAll('\\', '/');
  if (unused.some((pattern) => pattern.test(name))) {
    rmSync(new URL(name, installed), { recursive: true, force: true });
  }
}

// npm links the commands of other packages and not the package's own.
try {
  mkdirSync(new URL('.bin/', installed), { recursive: true });
  const link = new URL('.bin/eligibility', installed);
  rmSync(link, { force: true });
  symlinkSync('../../src/cli/eligibility.mjs', link);
} catch (error) {
  process.stderr.write(
    `"npx eligibility" is not linked (${error.code}); src/cli/eligibility.mjs is the same.\n`,
  );
}

// The empty database that each new DATA_DIR begins with; where it cannot be made now, the first start makes it.
await import('./src/store/database/new-pglite.ts')
  .then((made) => made.keptPglite())
  .catch(() => {});
