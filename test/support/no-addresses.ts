import { openAddresses, type Addresses } from '../../src/addresses/open-addresses.ts';
import { createLog } from '../../src/observe/log.ts';
import { accessTo, type Store } from '../../src/store/store.ts';

/** A geocoder and a directory that nothing listens for, for what asks by keys alone. */
export function noAddresses(store: Store): Addresses {
  return openAddresses({
    geocoderUrl: 'http://127.0.0.1:9',
    directoryUrl: 'http://127.0.0.1:9',
    timeoutMs: 1_000,
    calling: { maxCalls: 1, circuitOpenMs: 1_000, isSandbox: false, log: createLog('silent') },
    access: accessTo(store),
  });
}
