/** A route of a simulated operator: `:name` in its path stands for one segment, `:name*` for all the rest. */
export interface Route<Handler> {
  name: string;
  method: 'GET' | 'POST';
  /** Without a trailing slash. */
  path: string;
  /** Whether the documentation prints it with a trailing slash. */
  slash: boolean;
  handle: Handler;
}

/** What was found for a request: a route with its parameters, or why there is none. */
export type RouteMatch<Handler> =
  | { found: 'route'; route: Route<Handler>; params: Readonly<Record<string, string>> }
  | { found: 'other-method' }
  | { found: 'nothing' };

/** Finds routes by method and path; a trailing slash makes no difference here. */
export class RouteTable<Handler> {
  readonly #routes: readonly { route: Route<Handler>; segments: readonly string[] }[];

  constructor(routes: readonly Route<Handler>[]) {
    this.#routes = routes.map((route) => ({ route, segments: segmentsOf(route.path) }));
  }

  /** The first route in table order that fits. Parameters are percent-decoded; one that cannot be is left as sent. */
  match(method: string, path: string): RouteMatch<Handler> {
    const sent = segmentsOf(path);
    let found: 'other-method' | 'nothing' = 'nothing';
    for (const { route, segments } of this.#routes) {
      const params = paramsOf(segments, sent);
      if (params === null) continue;
      if (route.method === method) return { found: 'route', route, params };
      found = 'other-method';
    }
    return { found };
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function paramsOf(
  pattern: readonly string[],
  sent: readonly string[],
): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = sent[index];
    if (segment === undefined) return null;
    if (part.startsWith(':') && part.endsWith('*')) {
      params[part.slice(1, -1)] = sent.slice(index).map(decode).join('/');
      return params;
    }
    if (part.startsWith(':')) params[part.slice(1)] = decode(segment);
    else if (part !== segment) return null;
  }
  return pattern.length === sent.length ? params : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
