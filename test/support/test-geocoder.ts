import { AddressService } from '../../src/addresses/address-service.ts';
import { AddressAnswerCache } from '../../src/addresses/address-answer-cache.ts';
import { Geocoder } from '../../src/addresses/geocoder/geocoder.ts';
import { Rate } from '../../src/addresses/rate.ts';
import { createLog } from '../../src/observe/log.ts';
import { SlowDown } from '../../src/operators/calling/slow-down.ts';
import { accessTo, type Store } from '../../src/store/store.ts';
import { testCalls } from './test-calls.ts';

/** A client of a geocoder without a limit of calls, keeping its answers in a store; `reported` has its deviations. */
export function testGeocoder(url: string, store: Store): Geocoder & { reported: string[] } {
  const log = createLog('silent');
  const access = accessTo(store);
  const service = new AddressService({
    name: 'GEOCODER',
    url,
    timeoutMs: 30_000,
    fileTimeoutMs: 30_000,
    calls: testCalls('GEOCODER'),
    slowDown: new SlowDown('GEOCODER', access, log),
    rate: new Rate(100_000, access),
    report: () => {},
  });
  const answers = new AddressAnswerCache(() => Promise.resolve(store), log);
  const reported: string[] = [];
  const geocoder = new Geocoder({ service, answers, report: (kind) => reported.push(kind) });
  return Object.assign(geocoder, { reported });
}
