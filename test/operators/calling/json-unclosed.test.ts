import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/operators/calling/answer.ts';

describe('a text that is not closed, or not opened', () => {
  test.for([
    '{"zone": "5}',
    '{"price": "155}',
    '{"a": 1"}',
    '{"a": "true}',
    '{"a": true"}',
    '["1]',
    '{"eligible": "false}',
  ])(
    'a text that is not closed, or not opened makes the answer unreadable, and no value of another kind: %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});
