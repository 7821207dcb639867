import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { englishValues } from '../../src/page/words/english-values.js';
import { frenchValues } from '../../src/page/words/french-values.js';

const errors = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** The codes in the first column of a section's table. */
function codesOf(section: string): string[] {
  const [, text = ''] = errors.split(`## ${section}\n`);
  const [table = ''] = text.split('\n## ');
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)])
    .map(([, code = '']) => code);
}

/** The page sends nothing that these are said of: parameters, filters and pages of its own making, a form of one file. */
const neverOfThePage = new Set([
  'PARAMETER_INVALID',
  'FILE_MISSING',
  'FILE_AMBIGUOUS',
  'FORM_FIELD_UNKNOWN',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'OPERATORS_EMPTY',
  'ITEMS_EMPTY',
  'OFFER_FAMILIES_EMPTY',
  'OFFER_FAMILY_EMPTY',
  'PRODUCT_LINES_EMPTY',
  'PRODUCT_LINE_EMPTY',
  'PRODUCT_TYPES_EMPTY',
  'FIRST_OUT_OF_RANGE',
  'AFTER_NEGATIVE',
  'CURSOR_INVALID',
  'FILTER_EMPTY',
  'SORT_INVALID',
  'ZONE_OUT_OF_RANGE',
  'NOT_FOR_TENANTS',
]);

describe('the words of the page', () => {
  test.for(['Of a file of sites', 'Of a row of a file', 'Issues of an input'])(
    'are there in French and in English for every code of "%s" that a person can cause',
    (section) => {
      const codes = codesOf(section);
      expect(codes.length).toBeGreaterThan(5);
      const caused = codes.filter((code) => !neverOfThePage.has(code));
      for (const { issues } of [frenchValues, englishValues]) {
        expect(caused.filter((code) => !(code in issues))).toEqual([]);
      }
    },
  );
});
