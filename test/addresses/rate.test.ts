import { expect, test } from 'vitest';
import { openAddresses } from '../../src/addresses/open-addresses.ts';
import { startAddressSandbox } from '../../src/sandbox/addresses/start-address-sandbox.ts';
import { accessTo, openStore, type Store } from '../../src/store/store.ts';
import { onPostgres, silentLog } from '../store/engines.ts';

/** The most calls within any second. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
  );
}

onPostgres('the geocoder', (engine) => {
  test('is asked at most 45 times in any second by two replicas, and refuses none', async () => {
    await using place = await engine.place();
    await using sandbox = await startAddressSandbox();
    const stores: Store[] = [await openStore(place.options), await openStore(place.options)];
    const replicas = stores.map((store) =>
      openAddresses({
        geocoderUrl: sandbox.geocoderUrl,
        directoryUrl: sandbox.directoryUrl,
        timeoutMs: 30_000,
        calling: { maxCalls: 256, circuitOpenMs: 2_000, isSandbox: true, log: silentLog },
        access: accessTo(store),
      }),
    );
    const searches = replicas.flatMap(({ geocoder }, replica) =>
      Array.from({ length: 70 }, (_one, index) =>
        geocoder.search({ text: `${index + 1} rue ${replica} de Siam, Brest`, first: 1 }),
      ),
    );
    await Promise.all(searches);
    const times = sandbox.calls.map(({ at }) => Date.parse(at));
    expect(times).toHaveLength(140);
    expect(mostInASecond(times)).toBeLessThanOrEqual(45);
    for (const replica of replicas) await replica.close();
    for (const store of stores) await store.close();
  });
});
