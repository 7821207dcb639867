import { describe, expect, test } from 'vitest';
import { readBuildingRef, decodeEligibilityId } from '../../../src/operators/covage/place.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the documented ids', () => {
  test.for([
    {
      id: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      text: '(x:1.0921081;y:49.4743971;b:IMB/76451/C/0019)',
      content: {
        location: { longitude: 1.0921081, latitude: 49.4743971 },
        buildingRef: 'IMB/76451/C/0019',
      },
    },
    {
      id: 'KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp',
      text: '(x:1.0741197;y:49.4629709;b:None)',
      content: { location: { longitude: 1.0741197, latitude: 49.4629709 }, buildingRef: null },
    },
  ])('$text is decoded, and is the id byte by byte when encoded', ({ id, text, content }) => {
    expect(decodeEligibilityId(id)).toEqual(content);
    expect(base64(text)).toBe(id);
  });
});

describe('an id', () => {
  test.for([
    ['overseas, west and south', '(x:-61.5331;y:-21.1151;b:None)', -61.5331, -21.1151, null],
    [
      'with a building of Corsica',
      '(x:8.7;y:41.9;b:IMB/2A004/X/01AB)',
      8.7,
      41.9,
      'IMB/2A004/X/01AB',
    ],
    ['with a building of another form', '(x:3;y:45;b:THED1000260)', 3, 45, 'THED1000260'],
    ['without decimals', '(x:2;y:48;b:None)', 2, 48, null],
    ['with an empty building', '(x:2;y:48;b:)', 2, 48, null],
  ] as const)('%s is read', ([, text, longitude, latitude, buildingRef]) => {
    expect(decodeEligibilityId(base64(text))).toEqual({
      location: { longitude, latitude },
      buildingRef,
    });
  });

  test.for([
    ['empty', ''],
    ['not base64', 'IMB/76451/C/0019 !'],
    ['of something else', base64('hello')],
    ['without its building', base64('(x:1.0;y:49.4)')],
    ['with its axes the other way', base64('(y:49.4;x:1.0;b:None)')],
    ['off the globe to the east', base64('(x:181;y:49.4;b:None)')],
    ['off the globe to the north', base64('(x:1.0;y:90.5;b:None)')],
    ['with a trailer', base64('(x:1.0;y:49.4;b:None) ')],
    ['of bytes that are no text', 'gICAgICAgIA='],
  ] as const)('%s cannot be read, and that is all that is said of it', ([, id]) => {
    expect(decodeEligibilityId(id)).toBeNull();
  });
});

describe('a building reference', () => {
  test.for(['', '  ', 'None', 'none', 'null', null, undefined])(
    'a building reference that is %j is none',
    (text) => {
      expect(readBuildingRef(text)).toBeNull();
    },
  );

  test('a building reference is kept as it is', () => {
    expect(readBuildingRef(' IMB/76451/C/0019 ')).toBe('IMB/76451/C/0019');
  });
});
