import { describe, expect, test } from 'vitest';
import { Route } from '../../../src/operators/calling/route.ts';
import type { HttpAnswer } from '../../../src/operators/calling/answer.ts';

/** A server by the statuses of its paths, 404 for the others, and the paths it was asked for. */
function serving(statuses: Record<string, number>) {
  const asked: string[] = [];
  const send = async (path: string): Promise<HttpAnswer> => {
    asked.push(path);
    return { status: statuses[path] ?? 404, headers: {}, text: path };
  };
  /** Calls a route as the client does: it remembers the form of an answer that it could read. */
  const call = async (route: Route): Promise<HttpAnswer> => {
    const { answer, form } = await route.find(send);
    if (answer.status < 300) route.remember(form);
    return answer;
  };
  return { asked, statuses, call };
}

describe('a route', () => {
  test('a route asks for the likeliest form first, and only for that when it is served', async () => {
    const { asked, call } = serving({ '/a/': 200, '/a': 200 });
    const route = new Route('a', ['/a/', '/a']);
    expect((await call(route)).text).toBe('/a/');
    await call(route);
    expect(asked).toEqual(['/a/', '/a/']);
  });

  test.for([301, 302, 307, 308, 404, 405])(
    'tries the next form after a %i and remembers the one that is served',
    async (status) => {
      const { asked, call } = serving({ '/a/': status, '/a': 201 });
      const route = new Route('a', ['/a/', '/a']);
      expect((await call(route)).text).toBe('/a');
      expect((await call(route)).text).toBe('/a');
      expect(asked).toEqual(['/a/', '/a', '/a']);
    },
  );

  test.for([400, 401, 403, 429, 500, 502, 503])(
    'takes a %i for an answer, and learns nothing from it',
    async (status) => {
      const { asked, statuses, call } = serving({ '/a/': status });
      const route = new Route('a', ['/a/', '/a']);
      expect((await call(route)).status).toBe(status);
      expect(asked).toEqual(['/a/']);
      statuses['/a'] = 200;
      statuses['/a/'] = 404;
      expect((await call(route)).text).toBe('/a');
    },
  );

  test('a route has the answer of the first form where none is served, and tries them all again', async () => {
    const { asked, call } = serving({});
    const route = new Route('a', ['/a/', '/a']);
    expect(await call(route)).toMatchObject({ status: 404, text: '/a/' });
    await call(route);
    expect(asked).toEqual(['/a/', '/a', '/a/', '/a']);
  });

  test('a route tells a 404 rather than a redirect, which says nothing of the thing asked for', async () => {
    const { call } = serving({ '/a': 301 });
    expect((await call(new Route('a', ['/a', '/a/']))).status).toBe(404);
  });

  test('a route looks again when the form it remembers is not served any more', async () => {
    const { statuses, call } = serving({ '/a': 200, '/a/': 404 });
    const route = new Route('a', ['/a', '/a/']);
    await call(route);
    statuses['/a'] = 301;
    statuses['/a/'] = 200;
    expect((await call(route)).text).toBe('/a/');
  });
});
