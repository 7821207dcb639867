// Runs at the end of `npm ci`, on whatever Node there is.
import { readdirSync, rmSync } from 'node:fs';

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

// The empty database that each new DATA_DIR begins with; where it cannot be made now, the first start makes it.
await import('./src/store/database/new-pglite.ts')
  .then((made) => made.keptPglite())
  .catch(() => {});
