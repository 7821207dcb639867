import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/operators/calling/answer.ts';

describe('JSON that is right', () => {
  test.for(['{"a":1}', '[]', 'null', '"text"', '12.5', ' {"a": [1, {"b": "]}"}]} '])(
    'is read as it is: %s',
    (text) => {
      expect(parseJson(text)).toEqual({ value: JSON.parse(text) as unknown, mended: false });
    },
  );
});

test.for([
  [String.raw`"a\u0000b"`, 'a\u{FFFD}b'],
  [String.raw`{"a":["\ud800","x\uDFFFy"]}`, { a: ['\u{FFFD}', 'x\u{FFFD}y'] }],
  [String.raw`"\ud83d\ude00 \\u0000"`, String.raw`😀 \u0000`],
] as const)('a character that cannot be stored is U+FFFD: %s', ([text, value]) => {
  expect(parseJson(text)).toEqual({ value, mended: false });
});

describe('a comma is mended', () => {
  test('a comma is mended that follows the last member, as after the documented creation_date', () => {
    const text = `{
"id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7",
"creation_date": "2025-04-04T10:07:24.274+02:00",
}`;
    expect(parseJson(text)).toEqual({
      value: {
        id: '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7',
        creation_date: '2025-04-04T10:07:24.274+02:00',
      },
      mended: true,
    });
  });

  test('a comma is mended that is missing after a line, as after the documented tarif_zone', () => {
    const text = `[{
"offer_family": "BPEA",
"tarif_zone": ""
"price": null,
"on_quotation": false
}]`;
    expect(parseJson(text)).toEqual({
      value: [{ offer_family: 'BPEA', tarif_zone: '', price: null, on_quotation: false }],
      mended: true,
    });
  });

  test('a comma is mended that follows the last field of an object, as in the documented Kosc building', () => {
    const text = '{"endpoint": {"address": {"city": "CHELLES"},}, "fiber_info": {}}';
    expect(parseJson(text)).toEqual({
      value: { endpoint: { address: { city: 'CHELLES' } }, fiber_info: {} },
      mended: true,
    });
  });

  test('text that looks like JSON inside a string stays as it is', () => {
    expect(parseJson('{"note": "a, } and a [ and \\" too", "n": 1,}').value).toEqual({
      note: 'a, } and a [ and " too',
      n: 1,
    });
  });
});

describe('a number', () => {
  test('a number that a double cannot hold is its text', () => {
    const text =
      '{"id":12345678901234567890,"next":[9007199254740993],"fee":0.1234567890123456789}';
    expect(parseJson(text)).toEqual({
      value: {
        id: '12345678901234567890',
        next: ['9007199254740993'],
        fee: '0.1234567890123456789',
      },
      mended: false,
    });
  });

  test('a number stays one beside those that do not', () => {
    expect(parseJson('{"id":12345678901234567890,"width":20.0,"zone":2}').value).toEqual({
      id: '12345678901234567890',
      width: 20,
      zone: 2,
    });
  });

  test('a number with an exponent is the number that it stands for, unless it has too many digits', () => {
    const text = '{"a":1e2,"b": -1.5E+3,"list":[0,25e-2],"long":1.2345678901234567e5}';
    expect(parseJson(text).value).toEqual({
      a: 100,
      b: -1500,
      list: [0, 0.25],
      long: '1.2345678901234567e5',
    });
  });

  test.for(['NaN', 'Infinity', '-Infinity'])(
    'a number that is none, as Python writes it, costs nothing beside it: %s',
    (word) => {
      const { value, mended } = parseJson(
        `{"price": ${word}, "list": [${word}], "name": "NaN, Infinity"}`,
      );
      expect(value).toEqual({
        price: Infinity,
        list: [Infinity],
        name: 'NaN, Infinity',
      });
      expect(mended).toBe(true);
    },
  );
});

const documentedItem =
  '{"id":"a4517ca6","tarif_zone":"","offer_families":["BPEA","BPE"],"place":{"location":{"x":1.07,"y":49.46}},"product_offering_qualification_id":null}';

/** Where only the last brace of an object with whole members is missing, as in one of Covage's examples (row 15). */
const lacksOnlyTheLastBrace = (length: number): boolean => {
  try {
    JSON.parse(`${documentedItem.slice(0, length)}}`);
    return /[}\]]$/.test(documentedItem.slice(0, length));
  } catch {
    return false;
  }
};
const cuts = Array.from({ length: documentedItem.length - 1 }, (_, index) => index + 1);

describe('a body that was cut off is refused', () => {
  test.for(cuts.filter((length) => !lacksOnlyTheLastBrace(length)))(
    'after %i characters',
    (length) => {
      expect(() => parseJson(documentedItem.slice(0, length))).toThrow(SyntaxError);
    },
  );

  test.for(['[{"a":1},{"b":2}', '[1,2', '{"a":[{"b":1}', '{"a":{"b":[1]', '{"a":1', '[]]', ''])(
    'a body that was cut off is refused as %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  test('a body that was cut off is refused also where a comma in it could be mended', () => {
    expect(() => parseJson('{"a":1,"b":[{"c":2,}')).toThrow(SyntaxError);
  });
});

describe('anything else is refused', () => {
  test.for([
    ['nothing', ''],
    ['a page', '<!doctype html><html></html>'],
    ['a word', 'OK'],
    ['a bracket too many', '{"a":1}}'],
    ['brackets that cross', '{"a":[1}]'],
    // What was lost here may have been the word that decides.
    ['a member without a value', '{"eligible":}'],
    ['a value that is no word of JSON', '{"eligible":fal}'],
    ['an ellipsis, as documents abbreviate', '{"state_change": [...]}'],
    ['two documents', '{"a":1}\n{"a":2}'],
    ['a number that is none', '{"price": 1.2.3}'],
  ] as const)('%s', ([, text]) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
