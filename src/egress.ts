import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** Which proxy stands between this process and the servers that it asks; an empty text for none. */
export interface Proxies {
  /** For addresses that begin with `http://`, and for the others where those have none of their own. */
  readonly httpProxy: string;
  /** For addresses that begin with `https://`, through a tunnel. */
  readonly httpsProxy: string;
  /** Names of servers, with commas between them, that are asked without a proxy. */
  readonly noProxy: string;
}

/** Connections to any server, through its proxy where it has one. */
export function openDispatcher(proxies: Proxies | null, options: Agent.Options): Dispatcher {
  // Every value is given, an empty one too: for one that is not, undici would look into the environment by itself.
  return proxies === null
    ? new Agent(options)
    : new EnvHttpProxyAgent({ ...(options as EnvHttpProxyAgent.Options), ...proxies });
}

/** Why a proxy did not let a connection through; null where it was not the proxy. */
export function refusalOfProxy(error: Error): string | null {
  const [, status] = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((\d{3})\)/
    .exec(error.message)
    ?.filter((part) => part !== undefined) ?? [null, null];
  return status ?? null;
}
