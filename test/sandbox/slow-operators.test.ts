import { describe, expect, test } from 'vitest';
import { simulatedOperators } from '../../src/sandbox/index.ts';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { scriptsOf } from '../../src/sandbox/scripts-of-settings.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { ask, heldClock, koscClient, type Client } from './sandbox-client.ts';

const cities = '/api/v2/eligibility/cities/?zipcode=06130';

async function statuses(client: Client, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let call = 0; call < count; call += 1) all.push((await client.get(cities)).status);
  return all;
}

describe('a simulated operator', () => {
  test('a simulated operator takes as long for every answer as its script says', async () => {
    await using kosc = await startKoscSandbox({ script: { latencyMs: [40, 60] } });
    const client = await koscClient(kosc);
    const startedAt = performance.now();
    expect((await client.get(cities)).status).toBe(200);
    // A timer may be a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  test('a simulated operator refuses what is above its limit of a second, and takes calls again after it', async () => {
    const { clock, move } = heldClock();
    await using kosc = await startKoscSandbox({ clock, script: { limitPerSecond: 3 } });
    const client = await koscClient(kosc);
    expect(await statuses(client, 5)).toEqual([200, 200, 200, 429, 429]);
    expect((await client.get(cities)).headers.get('retry-after')).toBe('1');
    move(1_000);
    expect(await statuses(client, 1)).toEqual([200]);
  });

  test('a simulated operator refuses the last calls of every so many, in bursts', async () => {
    const bursts = { every: 5, refused: 2, retryAfterSeconds: 7 };
    await using kosc = await startKoscSandbox({ script: { bursts } });
    const client = await koscClient(kosc);
    expect(await statuses(client, 10)).toEqual([200, 200, 200, 429, 429, 200, 200, 200, 429, 429]);
    await statuses(client, 3);
    expect((await client.get(cities)).headers.get('retry-after')).toBe('7');
    kosc.script({ bursts: null });
    expect(await statuses(client, 5)).toEqual([200, 200, 200, 200, 200]);
  });

  test('a simulated operator begins to count anew when it is reset', async () => {
    await using kosc = await startKoscSandbox({ script: { bursts: { every: 2, refused: 1 } } });
    const client = await koscClient(kosc);
    expect(await statuses(client, 1)).toEqual([200]);
    kosc.reset();
    expect(await statuses(client, 2)).toEqual([200, 429]);
  });

  test.each(simulatedOperators.map(({ name }) => name))(
    'takes its pace over HTTP: %s',
    async (name) => {
      await using sandbox = await startSandbox();
      const pace = { latencyMs: 5, limitPerSecond: 9, bursts: { every: 9, refused: 1 } };
      const url = `${sandbox[name].url}/_sandbox/script`;
      const reply = await ask(url, { method: 'PATCH', body: JSON.stringify(pace) });
      expect(reply.json).toMatchObject(pace);
    },
  );
});

describe('the scripts of the settings', () => {
  test('the scripts of the settings are those that the environment has', async () => {
    const env = { SANDBOX_COVAGE_SCRIPT: '{"latencyMs":[50,300]}', SANDBOX_KOSC_SCRIPT: '' };
    expect(await scriptsOf(env)).toEqual({ covage: { latencyMs: [50, 300] } });
  });

  test.each([
    ['{', 'SANDBOX_COVAGE_SCRIPT is not JSON.'],
    ['{"latencyMs":-1}', 'SANDBOX_COVAGE_SCRIPT cannot be used: latencyMs: '],
    ['{"slow":1}', 'SANDBOX_COVAGE_SCRIPT cannot be used: '],
  ])('the scripts of the settings are refused by name where one is %s', async (text, message) => {
    await expect(scriptsOf({ SANDBOX_COVAGE_SCRIPT: text })).rejects.toThrow(message);
  });
});
