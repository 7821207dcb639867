import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { splitHeader, unquoted } from './header-parts.ts';

/**
 * The addresses of clients: that of the connection or, where that is a trusted proxy's, the one that the proxy names. Headers
 * of other senders are ignored.
 */
export class ClientAddresses {
  readonly #trusted = new BlockList();
  readonly #trustsAny: boolean;

  /** `trusted` are addresses, or networks such as 10.0.0.0/8. */
  constructor(trusted: readonly string[]) {
    this.#trustsAny = trusted.length > 0;
    for (const one of trusted) {
      const [address = '', prefix] = one.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(prefix), family);
    }
  }

  /** The address of the client of a request. */
  of({ socket, headers }: IncomingMessage): string {
    const connected = plainAddress(socket.remoteAddress ?? '');
    if (!this.#trustsAny || !this.#isTrusted(connected)) return connected;
    const told = [
      readHops(headers['x-forwarded-for']?.toString()),
      readHops(headers.forwarded?.toString(), readForElement),
    ].flatMap((hops) => (hops === null ? [] : [this.#findClient(connected, hops)]));
    const [client = connected] = told;
    // A proxy that writes one of the two headers may pass the other one on as the client sent it.
    return told.every((one) => one === client) ? client : connected;
  }

  /** The last hop that is not a trusted proxy. Each hop was named by the one behind it. */
  #findClient(connected: string, hops: readonly (string | null)[]): string {
    let client = connected;
    for (const hop of hops.toReversed()) {
      if (hop === null || !this.#isTrusted(client)) return client;
      client = hop;
    }
    return client;
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** The addresses that a header tells, null for one that is not known; null for the lack of the header. */
function readHops(
  header: string | undefined,
  read: (element: string) => string = (element) => element,
): (string | null)[] | null {
  return header === undefined
    ? null
    : splitHeader(header, ',').map((element) => readIpAddress(read(element)));
}

/** The `for` of an element of Forwarded (RFC 7239). */
function readForElement(element: string): string {
  for (const pair of splitHeader(element, ';')) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim().toLowerCase() === 'for') return unquoted(value.join('=').trim());
  }
  return '';
}

/** The address in a text that may have brackets around it and a port behind it; null where there is none. */
function readIpAddress(text: string): string | null {
  const bracketed = /^\[([^\]]+)\](?::\w+)?$/.exec(text)?.[1];
  const address = bracketed ?? (/^[\d.]+:\w+$/.test(text) ? text.split(':')[0]! : text);
  return isIP(address) === 0 ? null : plainAddress(address);
}

/** An address in one spelling: IPv4 also where it comes as IPv6. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  return URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
}
