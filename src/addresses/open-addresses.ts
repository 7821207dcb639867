import { OperatorCalls, type CallingOptions } from '../operators/calling/operator-calls.ts';
import { SlowDown } from '../operators/calling/slow-down.ts';
import { Deviations } from '../operators/port/deviations.ts';
import type { StoreAccess } from '../store/store.ts';
import { AddressService } from './address-service.ts';
import { Directory } from './directory.ts';
import { Geocoder } from './geocoder/geocoder.ts';
import { AddressAnswerCache } from './address-answer-cache.ts';
import { Rate } from './rate.ts';

/** The public services, where the settings name no others: https://geoservices.ign.fr and https://recherche-entreprises.api.gouv.fr */
export const publicGeocoder = 'https://data.geopf.fr/geocodage';
export const publicDirectory = 'https://recherche-entreprises.api.gouv.fr';

/** The geocoder takes 50 calls a second from an address, and refuses all for five seconds where there are more. */
const geocoderPerSecond = 40;
/**
 * The directory takes about seven, and has no call for several SIRETs. So this, and not how many calls are under way at once, is how
 * fast the SIRETs of a batch are looked up: one call each, over all replicas. The seventh is left to others behind the same address.
 */
const directoryPerSecond = 6;

/**
 * How much longer the geocoder may take for a file than for one address: it looks up to 500 rows up one after the other, a hundred
 * a second or fewer.
 */
const fileTakesLonger = 12;

export interface AddressesOptions {
  readonly geocoderUrl: string;
  readonly directoryUrl: string;
  /** How long one call of either may take. */
  readonly timeoutMs: number;
  readonly calling: Omit<CallingOptions, 'slowDown' | 'proxies'>;
  /** The proxies on the way to a service; none without it. */
  proxiesTo?(url: string): CallingOptions['proxies'];
  readonly access: StoreAccess;
}

/** The geocoder and the directory as this process asks them. */
export interface Addresses {
  readonly geocoder: Geocoder;
  readonly directory: Directory;
  readonly deviations: ReadonlyMap<string, Deviations>;
  close(): Promise<void>;
}

export function openAddresses(options: AddressesOptions): Addresses {
  const { geocoderUrl, directoryUrl, timeoutMs, calling, access } = options;
  const { log } = calling;
  const answers = new AddressAnswerCache(() => access.open(), log);
  const deviations = new Map<string, Deviations>();
  const open = (
    name: 'GEOCODER' | 'DIRECTORY',
    label: string,
    url: string,
    perSecond: number,
  ): AddressService => {
    const counted = new Deviations(name, log);
    deviations.set(name, counted);
    const slowDown = new SlowDown(name, access, log);
    return new AddressService({
      name,
      url,
      timeoutMs,
      fileTimeoutMs: fileTakesLonger * timeoutMs,
      slowDown,
      calls: new OperatorCalls(name, label, {
        ...calling,
        slowDown,
        proxies: options.proxiesTo?.(url),
      }),
      rate: new Rate(perSecond, access),
      report: counted.report,
    });
  };
  const geocoder = open('GEOCODER', 'The geocoder', geocoderUrl, geocoderPerSecond);
  const directory = open('DIRECTORY', 'The directory', directoryUrl, directoryPerSecond);
  return {
    geocoder: new Geocoder({
      service: geocoder,
      answers,
      report: (kind) => deviations.get('GEOCODER')?.report(kind),
    }),
    directory: new Directory({ service: directory, answers }),
    deviations,
    async close() {
      await Promise.all([geocoder.close(), directory.close()]);
    },
  };
}
