import { describe, expect, test } from 'vitest';
import { readRequest, type RequestInput } from '../../../src/operators/kosc/reference.ts';

const line: RequestInput = {
  reference: '0478299251',
  referenceType: 'LINE_NUMBER',
  status: 'ACTIVE',
  activationType: 'ACTIVATE',
};
const otp: RequestInput = { reference: 'FI-3790-3415', referenceType: 'OTP' };
const building: RequestInput = { reference: 'IMB/93077/X/00HE', referenceType: 'BUILDING' };

/** The reference that Kosc is sent. */
function sent(input: RequestInput): string | null {
  const read = readRequest(input);
  return 'request' in read ? read.request.reference : null;
}

/** What is wrong, as path and code. */
function issues(input: RequestInput): string[] {
  const read = readRequest(input);
  return 'issues' in read ? read.issues.map(({ path, code }) => `${path.join('.')} ${code}`) : [];
}

describe('a question', () => {
  test('a question about a line, an outlet or a building is taken as it is given', () => {
    expect(readRequest({ ...line, productLines: ['AM', 'SL'] })).toEqual({
      request: { ...line, productLines: ['AM', 'SL'] },
    });
    const rest = { productLines: null, status: null, activationType: null };
    expect(readRequest(otp)).toEqual({ request: { ...otp, ...rest } });
    expect(readRequest({ ...building, ...rest })).toEqual({ request: { ...building, ...rest } });
  });

  test('a question is asked by the normal form of its reference, however that is spelled', () => {
    expect(sent({ ...line, reference: ' 04 78.29-92 51\n' })).toBe('0478299251');
    expect(sent({ ...otp, reference: 'fi 3790 3415 / c' })).toBe('FI-3790-3415');
    expect(sent({ ...building, reference: 'imb-93077-x-00he' })).toBe('IMB/93077/X/00HE');
  });
});

describe('LINE_NUMBER_FORMAT', () => {
  test.for([
    '',
    '047829925',
    '04782992510',
    '+1 478 299 2511',
    '+687 23 45 67',
    '047829925a',
    '٠٤٧٨٢٩٩٢٥١',
    '0478299251; drop',
  ])('LINE_NUMBER_FORMAT is what is wrong with %j', (reference) => {
    expect(issues({ ...line, reference })).toEqual(['input.reference LINE_NUMBER_FORMAT']);
  });
});

describe('OTP_FORMAT', () => {
  test.for(['', 'FI-3790-341', 'FI-3790-34155', 'FI-3790-341é', '/C', 'x/y/z'])(
    'is what is wrong with %j',
    (reference) => {
      expect(issues({ ...otp, reference })).toEqual(['input.reference OTP_FORMAT']);
    },
  );

  test.for([
    ['FI-3790-3415', 'FI-3790-3415'],
    ['FI-3790-3415/C', 'FI-3790-3415'],
    ['FI-3790-3415/SC', 'FI-3790-3415'],
  ] as const)(
    'OTP_FORMAT is not wrong with %j, of which Kosc is sent %j',
    ([reference, expected]) => {
      expect(sent({ ...otp, reference })).toBe(expected);
    },
  );
});

describe('BUILDING_FORMAT', () => {
  test.for(['', '   ', 'B'.repeat(33)])('BUILDING_FORMAT is what is wrong with %j', (reference) => {
    expect(issues({ ...building, reference })).toEqual(['input.reference BUILDING_FORMAT']);
  });

  test.for(['B', 'B'.repeat(32), 'THD1000260', 'FAFO', 'IMB/2A004/S/00C3', 'Bât 1'])(
    'is not wrong with %j: any 1 to 32 characters may be one',
    (reference) => {
      expect(sent({ ...building, reference })).toBe(reference);
    },
  );
});

describe('the fields of a line', () => {
  test('the fields of a line are REQUIRED_FOR_LINE, each for itself', () => {
    expect(issues({ reference: line.reference, referenceType: 'LINE_NUMBER' })).toEqual([
      'input.status REQUIRED_FOR_LINE',
      'input.activationType REQUIRED_FOR_LINE',
    ]);
    expect(issues({ ...line, status: null })).toEqual(['input.status REQUIRED_FOR_LINE']);
  });

  test.for([otp, building])('the fields of a line are ONLY_FOR_LINE: %j', (input) => {
    expect(issues({ ...input, status: 'ACTIVE', activationType: 'CREATE' })).toEqual([
      'input.status ONLY_FOR_LINE',
      'input.activationType ONLY_FOR_LINE',
    ]);
  });
});

describe('product lines', () => {
  test('product lines that are none are PRODUCT_LINES_EMPTY', () => {
    expect(issues({ ...otp, productLines: [] })).toEqual([
      'input.productLines PRODUCT_LINES_EMPTY',
    ]);
  });

  test('product lines of which one is blank are PRODUCT_LINE_EMPTY, where it is', () => {
    expect(issues({ ...otp, productLines: ['FP', '', ' '] })).toEqual([
      'input.productLines.1 PRODUCT_LINE_EMPTY',
      'input.productLines.2 PRODUCT_LINE_EMPTY',
    ]);
  });

  test('product lines that are not known are for Kosc to judge', () => {
    expect(readRequest({ ...otp, productLines: ['ZZ'] })).toMatchObject({
      request: { productLines: ['ZZ'] },
    });
  });
});

describe('what is wrong', () => {
  test('what is wrong is told all at once', () => {
    const wrong = { reference: '1', referenceType: 'LINE_NUMBER', productLines: [] } as const;
    expect(issues(wrong)).toEqual([
      'input.reference LINE_NUMBER_FORMAT',
      'input.status REQUIRED_FOR_LINE',
      'input.activationType REQUIRED_FOR_LINE',
      'input.productLines PRODUCT_LINES_EMPTY',
    ]);
  });

  test('what is wrong is told in sentences that quote what was given and say what to do', () => {
    const read = readRequest({ ...otp, reference: 'FI-1', status: 'ACTIVE' });
    expect('issues' in read && read.issues.map(({ message }) => message)).toEqual([
      'reference is "FI-1", but the reference of an optical outlet (OTP) is 12 letters, digits and dashes, such as FI-3790-3415.',
      'status is ACTIVE, but belongs to line numbers only: leave it out with OTP.',
    ]);
  });

  test('what is wrong quotes a long reference only in part', () => {
    const read = readRequest({ ...otp, reference: 'x'.repeat(100_000) });
    expect('issues' in read && (read.issues[0]?.message.length ?? 0) < 300).toBe(true);
  });
});
