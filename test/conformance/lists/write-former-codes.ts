import { readFileSync, writeFileSync } from 'node:fs';
import { formerCodes } from './former-codes.ts';

// Writes the table of the communes' former codes anew: after a new year of @etalab/decoupage-administratif was installed here.

const file = new URL('../../../src/vocabulary/communes/former-codes.json', import.meta.url);
const { source } = JSON.parse(readFileSync(file, 'utf8')) as { source: string };
writeFileSync(file, `${JSON.stringify({ source, formerCodes: formerCodes() }, null, 2)}\n`);
