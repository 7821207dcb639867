import { describe, expect, test } from 'vitest';
import {
  OfferLoader,
  type LoadedOffer,
} from '../../../../src/operators/covage/catalogue/offer-loader.ts';
import type { CatalogueOffer } from '../../../../src/operators/covage/domain.ts';

/** A catalogue that the test answers, and the ids that it was asked for. */
function catalogue() {
  const asked: (readonly string[])[] = [];
  const answers: PromiseWithResolvers<readonly LoadedOffer[]>[] = [];
  const fetch = (ids: readonly string[]): Promise<readonly LoadedOffer[]> => {
    const answer = Promise.withResolvers<readonly LoadedOffer[]>();
    asked.push(ids);
    answers.push(answer);
    return answer.promise;
  };
  /** Waits until it was asked so often. */
  const wasAsked = async (times: number): Promise<void> => {
    await expect.poll(() => asked.length).toBe(times);
  };
  return { asked, answers, fetch, wasAsked };
}

/** As much of an offer as the loader hands on. */
const offer = (id: string) => ({ id }) as CatalogueOffer;

describe('offers', () => {
  test('offers that are wanted at once are asked for together, each once, in batches', async () => {
    const { asked, answers, fetch, wasAsked } = catalogue();
    const loader = new OfferLoader(fetch, 2);
    const all = [loader.know(['a', 'b', 'a']), loader.know(['c', 'b']), loader.load('c')];
    await wasAsked(2);
    expect(asked).toEqual([['a', 'b'], ['c']]);
    // The later batch is answered first.
    answers[1]?.resolve([offer('c')]);
    expect(await all[2]).toEqual({ id: 'c' });
    expect(loader.known('a')).toBeUndefined();
    answers[0]?.resolve([offer('a'), offer('b')]);
    await Promise.all(all);
    expect(['a', 'b', 'c', 'd'].map((id) => loader.known(id))).toEqual([
      { id: 'a' },
      { id: 'b' },
      { id: 'c' },
      undefined,
    ]);
  });

  test('offers that are wanted again, while they are asked for or later, are not asked for again', async () => {
    const { asked, answers, fetch, wasAsked } = catalogue();
    const loader = new OfferLoader(fetch, 10);
    const first = loader.know(['a']);
    await wasAsked(1);
    const second = loader.know(['a', 'b']);
    await wasAsked(2);
    answers[1]?.resolve([offer('b')]);
    answers[0]?.resolve([offer('a')]);
    await Promise.all([first, second, loader.know(['a', 'b'])]);
    expect(asked).toEqual([['a'], ['b']]);
  });

  test('offers that are missing are null, also where the answer is shorter than the question', async () => {
    const { answers, fetch, wasAsked } = catalogue();
    const loader = new OfferLoader(fetch, 10);
    const all = loader.know(['a', 'b', 'c']);
    await wasAsked(1);
    answers[0]?.resolve([offer('a'), null]);
    await all;
    expect(['a', 'b', 'c'].map((id) => loader.known(id))).toEqual([{ id: 'a' }, null, null]);
  });

  test('offers that could not be asked for are the error, and the others of other batches are there', async () => {
    const { answers, fetch, wasAsked } = catalogue();
    const loader = new OfferLoader(fetch, 1);
    const all = loader.know(['a', 'b']);
    await wasAsked(2);
    const error = new Error('lost');
    answers[0]?.reject(error);
    answers[1]?.resolve([offer('b')]);
    await all;
    expect(['a', 'b'].map((id) => loader.known(id))).toEqual([error, { id: 'b' }]);
    await expect(loader.load('a')).rejects.toBe(error);
  });
});
