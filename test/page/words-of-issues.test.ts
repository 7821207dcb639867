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
  // Its operations are those of the schema, sent and accepted as they should be.
  'NOT_CONFIGURED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_HASH_MISMATCH',
  'DOCUMENT_NOT_TRUSTED',
  'GRAPHQL_PARSE_FAILED',
  'UNSUPPORTED_MEDIA_TYPE',
  'NOT_ACCEPTABLE',
  'METHOD_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'REQUEST_MAY_BE_FORGED',
  'STREAM_NOT_FOUND',
  'CONFLICT',
  // It has gone then.
  'CLIENT_LEFT',
  // It asks for a key instead, and shows what is wrong with each part of an input.
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
]);

describe('the words of the page', () => {
  test.for(['Of an operation', 'Of a request'])(
    'are there in French and in English for every code of "%s" that a person can cause',
    (section) => {
      const caused = codesOf(section).filter((code) => !neverOfThePage.has(code));
      expect(caused.length).toBeGreaterThan(2);
      for (const { problems } of [frenchValues, englishValues]) {
        const known = new Set(Object.keys(problems));
        expect(caused.filter((code) => !known.has(code))).toEqual([]);
      }
    },
  );

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
