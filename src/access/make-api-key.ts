import { hash, randomBytes } from 'node:crypto';
import { scopes, type Scope } from './caller.ts';
import { isTenantName, tenantNameRule } from './tenant-name.ts';

// `npm run api-key -- <tenant> <scope>...`: makes an API key and the entry of the file that lets it in.

const [tenant, ...wanted] = process.argv.slice(2);
const granted = scopes.filter((scope) => wanted.includes(scope));
const unknown = wanted.filter((scope) => !granted.includes(scope as Scope));

if (tenant === undefined || granted.length === 0 || unknown.length > 0) {
  process.stderr.write(
    `Usage: npm run -s api-key -- <tenant> <scope>...\nScopes: ${scopes.join(', ')}.\n`,
  );
  process.exitCode = 64;
} else if (!isTenantName(tenant)) {
  process.stderr.write(
    `${JSON.stringify(tenant)} cannot be the name of a tenant: it must be ${tenantNameRule}.\n`,
  );
  process.exitCode = 64;
} else {
  // 256 random bits: no list of likely keys has them, so that a plain hash gives nothing away.
  const key = randomBytes(32).toString('base64url');
  const entry = { sha256: hash('sha256', key), tenant, scopes: granted };
  process.stderr.write('The key, for the caller alone; it cannot be shown again:\n');
  process.stdout.write(`${key}\n`);
  process.stderr.write('Its entry among the "keys" of API_KEYS_FILE:\n');
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
