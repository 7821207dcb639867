import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { makeFailure, readJson, type HttpAnswer } from '../../../src/operators/calling/answer.ts';
import { toldBy } from '../../../src/operators/calling/trouble.ts';
import { Http, splitUrl, type HttpOptions } from '../../../src/operators/calling/http.ts';
import {
  OperatorError,
  type OperatorErrorCode,
} from '../../../src/operators/port/operator-error.ts';
import { deadUrl, sendJson, sendText, startHttpServer } from '../../support/start-http-server.ts';

function openHttp(options: Partial<HttpOptions> = {}) {
  const http = new Http({ operator: 'COVAGE', label: 'Covage', timeoutMs: 20_000, ...options });
  return Object.assign(http, { [Symbol.asyncDispose]: () => http.close() });
}

async function failure(exchange: Promise<unknown>): Promise<OperatorError> {
  const error = await exchange.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

describe('an exchange', () => {
  test('an exchange brings back the status, the headers and the whole text', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(418, { 'x-kind': 'teapot' });
      response.write('{"a":"é');
      response.end('"}');
    });
    await using http = openHttp();
    const answer = await http.send({ method: 'GET', ...splitUrl(`${server.url}/a/b?zone=2`) });
    expect(answer).toMatchObject({ status: 418, text: '{"a":"é"}' });
    expect(answer.headers['x-kind']).toBe('teapot');
    expect(server.received).toMatchObject([{ method: 'GET', path: '/a/b?zone=2' }]);
  });

  test('an exchange sends its path as it is, so that an encoded slash stays encoded', async () => {
    await using server = await startHttpServer((_request, response) => sendJson(response, {}));
    await using http = openHttp();
    await http.send({
      method: 'GET',
      ...splitUrl(`${server.url}/buildings/IMB%2F77108%2FX%2F031C/`),
    });
    expect(server.received[0]?.path).toBe('/buildings/IMB%2F77108%2FX%2F031C/');
  });

  test('an exchange keeps a character whole that two packets share', async () => {
    const bytes = Buffer.from('{"a":"é"}');
    await using server = await startHttpServer((_request, response) => {
      response.write(bytes.subarray(0, 7), () => response.end(bytes.subarray(7)));
    });
    await using http = openHttp();
    expect((await http.send({ method: 'GET', ...splitUrl(server.url) })).text).toBe('{"a":"é"}');
  });

  test('an exchange uses connections again for the exchanges after it', async () => {
    await using server = await startHttpServer((_request, response) => sendJson(response, {}));
    await using http = openHttp();
    for (let count = 0; count < 20; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
      await http.send({ method: 'POST', ...splitUrl(server.url), body: '{}' });
    }
    expect(server.received).toHaveLength(20);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('an exchange waits its turn where all connections are taken', async () => {
    await using server = await startHttpServer((_request, response) => sendJson(response, {}));
    await using http = openHttp({ connections: 3 });
    await Promise.all(
      Array.from({ length: 30 }, () => http.send({ method: 'GET', ...splitUrl(server.url) })),
    );
    expect(server.received).toHaveLength(30);
    expect(server.connections()).toBeLessThanOrEqual(3);
  });
});

describe('a failure', () => {
  test('a failure is a TIMEOUT when the headers do not come in time', async () => {
    await using server = await startHttpServer(() => {});
    await using http = openHttp({ timeoutMs: 40 });
    const error = await failure(http.send({ method: 'POST', ...splitUrl(server.url), body: '{}' }));
    expect(error).toMatchObject({ code: 'TIMEOUT', operator: 'COVAGE', retryable: true });
    expect(error.message).toBe('Covage did not answer within 40 ms.');
    expect(error.mayHaveTakenEffect).toBe(true);
  });

  test('a failure is a TIMEOUT when the body starts and does not end in time', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200);
      response.write('{"a":');
    });
    await using http = openHttp({ timeoutMs: 60 });
    expect(await failure(http.send({ method: 'GET', ...splitUrl(server.url) }))).toMatchObject({
      code: 'TIMEOUT',
    });
  });

  test('a failure is a TIMEOUT before the deadline of the caller, which tells nothing of the operator where that is near', async () => {
    await using server = await startHttpServer(() => {});
    await using http = openHttp({ timeoutMs: 60_000 });
    const deadlineAt = performance.now() + 300;
    const error = await failure(http.send({ method: 'GET', ...splitUrl(server.url), deadlineAt }));
    // And not after the 60 s.
    expect(performance.now()).toBeLessThan(deadlineAt + 20_000);
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(toldBy(error)).toBe('NOTHING');
  });

  test('a failure is a TIMEOUT of the operator where the caller gave it a second', async () => {
    await using server = await startHttpServer(() => {});
    await using http = openHttp({ timeoutMs: 60_000 });
    const deadlineAt = performance.now() + 1_400;
    const error = await failure(http.send({ method: 'GET', ...splitUrl(server.url), deadlineAt }));
    expect(error.code).toBe('TIMEOUT');
    expect(toldBy(error)).toBe('FAILS');
    // A trial has longer to tell.
    expect(toldBy(error, true)).toBe('NOTHING');
  });

  test('a failure closes the connection that timed out', async () => {
    const closed = Promise.withResolvers<void>();
    const arrived = new Set<unknown>();
    await using server = await startHttpServer((request, response) => {
      arrived.add(request);
      void once(response, 'close').then(() => closed.resolve());
    });
    await using http = openHttp({ timeoutMs: 40 });
    // On a busy machine the time may pass before the request arrives.
    do {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await failure(http.send({ method: 'GET', ...splitUrl(server.url) }));
    } while (arrived.size === 0);
    await closed.promise;
  });

  test('a failure is UNREACHABLE without an effect when the connection is refused', async () => {
    await using http = openHttp();
    const error = await failure(
      http.send({ method: 'POST', ...splitUrl(await deadUrl()), body: '{}' }),
    );
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      retryable: true,
      mayHaveTakenEffect: false,
    });
    expect(error.message).toBe('Covage cannot be reached (ECONNREFUSED).');
  });

  test('a failure is UNREACHABLE without an effect when the name does not exist', async () => {
    await using http = openHttp();
    const error = await failure(
      http.send({ method: 'POST', ...splitUrl('http://covage.invalid/') }),
    );
    expect(error).toMatchObject({ code: 'UNREACHABLE', mayHaveTakenEffect: false });
  });

  test('a failure is UNREACHABLE, its effect unknown, when the connection is reset before the headers', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.socket?.resetAndDestroy();
    });
    await using http = openHttp();
    const error = await failure(http.send({ method: 'POST', ...splitUrl(server.url), body: '{}' }));
    expect(error).toMatchObject({ code: 'UNREACHABLE', mayHaveTakenEffect: true });
  });

  test('a failure is UNREACHABLE when the connection is reset in the middle of the body', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"offers":[', () => response.socket?.resetAndDestroy());
    });
    await using http = openHttp();
    const error = await failure(http.send({ method: 'GET', ...splitUrl(server.url) }));
    expect(error).toMatchObject({ code: 'UNREACHABLE', mayHaveTakenEffect: true });
    expect(error.message).toMatch(/closed the connection before its answer was complete/);
  });

  test('a failure is INVALID_RESPONSE when the body is above 4 MiB, and the rest is not read', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await startHttpServer((_request, response) => {
      void once(response, 'close').then(() => closed.resolve());
      response.writeHead(200);
      const chunk = Buffer.alloc(256 * 1024, ' ');
      const feed = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', feed);
      feed();
    });
    await using http = openHttp();
    const error = await failure(http.send({ method: 'GET', ...splitUrl(server.url) }));
    expect(error).toMatchObject({ code: 'INVALID_RESPONSE', retryable: false, status: 200 });
    await closed.promise;
  });

  test('a failure leaves a body of exactly the longest size alone', async () => {
    await using server = await startHttpServer((_request, response) => response.end('12345678'));
    await using http = openHttp({ maxBytes: 8 });
    expect((await http.send({ method: 'GET', ...splitUrl(server.url) })).text).toBe('12345678');
    await using strict = openHttp({ maxBytes: 7 });
    expect((await failure(strict.send({ method: 'GET', ...splitUrl(server.url) }))).code).toBe(
      'INVALID_RESPONSE',
    );
  });

  test.for([301, 302, 307, 308])('a failure does not follow a redirect (%i)', async (status) => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' });
      response.end();
    });
    await using http = openHttp();
    const answer = await http.send({
      method: 'POST',
      ...splitUrl(`${server.url}/here`),
      body: '{}',
    });
    expect(answer.status).toBe(status);
    expect(server.received.map(({ path }) => path)).toEqual(['/here']);
    const error = makeFailure(answer, { operator: 'COVAGE', label: 'Covage', words: null });
    expect(error).toMatchObject({ code: 'INVALID_RESPONSE', retryable: false });
    expect(error.message).toContain('redirect');
  });
});

describe('leaving', () => {
  test('leaving closes the socket at once and rejects with the reason', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await startHttpServer((_request, response) => {
      void once(response, 'close').then(() => closed.resolve());
      arrived.resolve();
    });
    await using http = openHttp({ timeoutMs: 60_000 });
    const leaving = new AbortController();
    const exchange = http.send({ method: 'GET', ...splitUrl(server.url), signal: leaving.signal });
    await arrived.promise;
    const reason = new Error('the reader has gone');
    leaving.abort(reason);
    await expect(exchange).rejects.toBe(reason);
    await closed.promise;
  });

  test('leaving in the middle of a body closes the socket, too', async () => {
    const closed = Promise.withResolvers<void>();
    const sent = Promise.withResolvers<void>();
    await using server = await startHttpServer((_request, response) => {
      void once(response, 'close').then(() => closed.resolve());
      response.writeHead(200);
      response.write('{"a":', () => sent.resolve());
    });
    await using http = openHttp({ timeoutMs: 60_000 });
    const leaving = new AbortController();
    const exchange = http.send({ method: 'GET', ...splitUrl(server.url), signal: leaving.signal });
    await sent.promise;
    leaving.abort();
    await expect(exchange).rejects.toBe(leaving.signal.reason);
    await closed.promise;
  });

  test('leaving before the exchange sends nothing', async () => {
    await using server = await startHttpServer((_request, response) => sendJson(response, {}));
    await using http = openHttp();
    const reason = new Error('gone already');
    const exchange = http.send({
      method: 'POST',
      ...splitUrl(server.url),
      signal: AbortSignal.abort(reason),
    });
    await expect(exchange).rejects.toBe(reason);
    expect(server.received).toEqual([]);
  });

  test('closing the transport ends what is under way', async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = await startHttpServer(() => arrived.resolve());
    const http = openHttp({ timeoutMs: 60_000 });
    const exchange = failure(http.send({ method: 'GET', ...splitUrl(server.url) }));
    await arrived.promise;
    await http.close();
    expect((await exchange).code).toBe('UNREACHABLE');
  });
});

describe('an answer that says JSON and is not', () => {
  test.for([
    ['a page', '<!doctype html><html><body>Maintenance</body></html>', 'text/html'],
    ['nothing', '', 'application/json'],
    ['a word', 'OK', 'text/plain'],
    ['a truncated object', '{"id":"1","state":"done.re', 'application/json'],
  ] as const)(
    'an answer that says JSON and is not is INVALID_RESPONSE for %s',
    async ([, text, type]) => {
      await using server = await startHttpServer((_request, response) => {
        response.writeHead(200, { 'content-type': `${type}; charset=utf-8` });
        response.end(text);
      });
      await using http = openHttp();
      const answer = await http.send({ method: 'GET', ...splitUrl(server.url) });
      const reported: string[] = [];
      const read = () =>
        readJson(answer, {
          operator: 'COVAGE',
          label: 'Covage',
          report: (kind) => reported.push(kind),
        });
      expect(read).toThrow(OperatorError);
      expect(read).toThrow(`Covage answered 200 with a body of type ${type}`);
      expect(reported).toEqual([]);
    },
  );

  test('an answer that says JSON and is not is mended and counted where a comma is the matter', async () => {
    await using server = await startHttpServer((_request, response) =>
      sendText(response, '{"id":"1",}'),
    );
    await using http = openHttp();
    const answer = await http.send({ method: 'GET', ...splitUrl(server.url) });
    const reported: string[] = [];
    const report = (kind: string) => reported.push(kind);
    expect(readJson(answer, { operator: 'COVAGE', label: 'Covage', report })).toEqual({ id: '1' });
    expect(reported).toEqual(['invalid-json']);
  });
});

describe('the failure that a status stands for', () => {
  // operators.md §7, "HTTP to error code".
  test.for<[status: number, code: OperatorErrorCode, retryable: boolean]>([
    [400, 'REJECTED', false],
    [401, 'UNAUTHENTICATED', false],
    [403, 'FORBIDDEN', false],
    [404, 'NOT_FOUND', false],
    [405, 'REJECTED', false],
    [409, 'REJECTED', false],
    [415, 'REJECTED', false],
    [422, 'REJECTED', false],
    [429, 'RATE_LIMITED', true],
    [500, 'SERVER_ERROR', true],
    [501, 'SERVER_ERROR', true],
    [502, 'UNREACHABLE', true],
    [503, 'UNREACHABLE', true],
    [504, 'UNREACHABLE', true],
    [301, 'INVALID_RESPONSE', false],
    [304, 'INVALID_RESPONSE', false],
  ])('%i is %s', ([status, code, retryable]) => {
    const error = makeFailure(answerOf(status), { operator: 'KOSC', label: 'Kosc', words: null });
    expect(error).toMatchObject({ operator: 'KOSC', code, retryable, status });
  });

  test("the failure that a status stands for has the operator's words and its name for the exchange", () => {
    const error = makeFailure(answerOf(400), {
      operator: 'KOSC',
      label: 'Kosc',
      words: 'Invalid input',
      correlationId: 'KOSC_1',
    });
    expect(error.message).toBe('Kosc refused the request (400): Invalid input.');
    expect(error.correlationId).toBe('KOSC_1');
  });

  test('the failure that a status stands for keeps the words short', () => {
    const error = makeFailure(answerOf(500), {
      operator: 'KOSC',
      label: 'Kosc',
      words: 'x'.repeat(10_000),
    });
    expect(error.message.length).toBeLessThan(600);
  });
});

function answerOf(status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers, text: '' };
}
