import { expect, test } from 'vitest';
import { ParsedAnswers } from '../../../src/operators/covage/parsed-answers.ts';
import { startAnsweringCovage } from '../../support/covage-client.ts';

const qualification = (fields: object) => ({
  status: 200,
  body: { id: 'one', creation_date: '2025-04-04T10:07:24Z', state: 'DONE.READY', ...fields },
});

test('an answer with the bytes of the last ones is not read again, its deviations are counted and Covage is asked', async () => {
  await using covage = await startAnsweringCovage(() => qualification({}));
  const answers = [];
  for (let look = 0; look < 4; look += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    answers.push(await covage.client.fetchQualification('one', { repeatable: look % 2 === 0 }));
  }
  expect(answers[3]).toBe(answers[1]);
  expect(answers[3]).toEqual(answers[0]);
  expect(covage.reported).toEqual(Array(4).fill('state-in-another-spelling'));
  expect(covage.server.received.filter(({ method }) => method === 'GET')).toHaveLength(4);
});

test('an answer that differs in one character is read', async () => {
  let looks = 0;
  await using covage = await startAnsweringCovage(() => {
    looks += 1;
    return qualification({ project_id: `${'x'.repeat(500)}${looks < 4 ? 'a' : 'b'}` });
  });
  const ends = [];
  for (let look = 0; look < 5; look += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const read = await covage.client.fetchQualification('one', {});
    ends.push(read?.projectId?.at(-1));
  }
  expect(ends).toEqual(['a', 'a', 'a', 'b', 'b']);
});

test('what cannot be read is read each time, and answers to other calls are other ones', () => {
  const last = new ParsedAnswers(() => {});
  for (const message of ['unreadable', 'unreadable again']) {
    const failing = () => {
      throw new Error(message);
    };
    expect(() => last.read(answered('one', 'text'), failing)).toThrow(message);
  }
  let read = 0;
  const reading = () => {
    read += 1;
    return read;
  };
  expect(
    ['one', 'one', 'one', 'two'].map((key) => last.read(answered(key, 'text'), reading)),
  ).toEqual([1, 2, 2, 3]);
});

const answered = (key: string, text: string) => ({
  key,
  answer: { status: 200, headers: {}, text },
});

const textWith = (end: string) => `${'x'.repeat(10_000)}${end}${'x'.repeat(10_000)}`;

test('an answer that came once is not kept, though the one before it differs in one character only', () => {
  const last = new ParsedAnswers(() => {});
  let read = 0;
  const reading = () => {
    read += 1;
    return read;
  };
  const texts = ['a', 'b', 'b', 'b'].map(textWith);
  expect(texts.map((text) => last.read(answered('one', text), reading))).toEqual([1, 2, 3, 3]);
});

test('where every answer is new few are compared, and repeated ones are found again', () => {
  const last = new ParsedAnswers(() => {});
  let read = 0;
  const reading = () => {
    read += 1;
    return read;
  };
  for (let n = 0; n < 1_000; n += 1) last.read(answered('one', textWith(String(n))), reading);
  const again = Array.from({ length: 32 }, () => last.read(answered('one', 'the same'), reading));
  expect(again.at(-1)).toBe(again.at(-2));
  // The first ones were read, each of them anew.
  expect(read).toBeGreaterThan(1_000);
  expect(read).toBeLessThan(1_032);
});
