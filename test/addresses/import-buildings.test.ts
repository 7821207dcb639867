import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/observe/log.ts';
import {
  startAddressSandbox,
  type AddressSandbox,
} from '../../src/sandbox/addresses/start-address-sandbox.ts';
import { openStore } from '../../src/store/store.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { startHttpServer } from '../support/start-http-server.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';

const heading =
  'imb_id;imb_x;imb_y;imb_code;imb_code_insee;imb_nbr_logloc;imb_source;imb_type;addr_code;imb_num;addr_numero;addr_rep;addr_nom_voie;addr_nom_ld;addr_code_insee;addr_nom_commune;addr_id_fantoir;addr_source';
const row = (ref: string, key: string, source = 'ban') =>
  `1;121571.42;6362330.46;${ref};76451;3;fo;IM;${key};;4;bis;Rue Andrei Sakharov;;76451;Mont-Saint-Aignan;764510055;${source}`;

let folder: string;
let sandbox: AddressSandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eligibility-import-'));
  await putEmptyPglite(folder);
  sandbox = await startAddressSandbox();
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const run = promisify(execFile);
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function importBuildings(...args: string[]): Promise<Ended> {
  return importWith({}, ...args);
}

async function importWith(settings: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const command = ['--import', './src/require-node.mjs', 'src/import-buildings.ts', ...args];
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, ...settings };
  try {
    return { code: 0, ...(await run(process.execPath, command, { env })) };
  } catch (error) {
    return error as Ended;
  }
}

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const text = `${lines.join('\n')}\n`;
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

async function buildingsAt(key: string) {
  const store = await openStore({ dataDir: folder, log: createLog('silent') });
  try {
    return await store.buildings.findByBanKey('76', key);
  } finally {
    await store.close();
  }
}

describe('importing buildings', () => {
  test('importing buildings reads a file over HTTP behind a redirect, and says what it read', async () => {
    const url = sandbox.buildingFileUrl.replace('{department}', '76');
    const { code, stdout } = await importBuildings('76', url);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^\d+ buildings of 76 imported, as of 2026-09-14; \d+ of them have a key of the national address base \(BAN\)\.\n$/,
      ),
    });
    const [building] = await buildingsAt('76451_0055_00004_bis');
    expect(building).toMatchObject({
      buildingRef: 'IMB/76451/C/0019',
      longitude: 1.092108,
      latitude: 49.474397,
      streetNumber: '4',
      streetExtension: 'B',
    });
  });

  test('importing buildings replaces what was there, and keeps only what has a reference', async () => {
    const path = await file('new.csv.gz', [
      heading,
      row('IMB/76451/X/NEW1', '76451_0055_00004_bis'),
      row('', '76451_0055_00004_bis'),
      row('THED1', '76451_0055_00004_bis', 'cada'),
    ]);
    const { stdout } = await importBuildings('76', path);
    expect(stdout).toMatch(/^2 buildings of 76 imported, .*; 1 of them have a key/);
    const found = await buildingsAt('76451_0055_00004_bis');
    expect(found.map(({ buildingRef }) => buildingRef)).toEqual(['IMB/76451/X/NEW1']);
  });

  test('importing buildings reads gzip whatever the name of the file, and keys in any spelling', async () => {
    const path = join(folder, 'renamed.csv');
    const lines = [heading, row('imb-76451-x-new1', '76451_0055_4_BIS')];
    await writeFile(path, gzipSync(`${lines.join('\n')}\n`));
    expect((await importBuildings('76', path)).stdout).toMatch(/^1 buildings of 76 imported/);
    const found = await buildingsAt('76451_0055_00004_bis');
    expect(found.map(({ buildingRef }) => buildingRef)).toEqual(['IMB/76451/X/NEW1']);
  });

  test('importing buildings fetches the file through the proxy of the settings, as the service asks operators', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.end(`${heading}\n${row('IMB/76451/X/NEW1', '76451_0055_00004_bis')}\n`);
    });
    await using proxy = await startCountingProxy();
    const address = server.url.replace('127.0.0.1', 'arcep.example');
    // Without a scheme, as curl takes it.
    const settings = { HTTP_PROXY: proxy.url.replace('http://', '') };
    const { code } = await importWith(settings, '76', `${address}/base_imb_76.csv`);
    expect(code).toBe(0);
    expect(proxy.asked.join()).toMatch(/^(?:GET|CONNECT) .*arcep\.example/);
  });

  test.each([
    ['is cut off', 'cut.csv.gz', null],
    ['is of another kind', 'other.csv', ['a;b', '1;2']],
    ['is not there', 'missing.csv.gz', undefined],
    ['has no building', 'empty.csv', [heading]],
    [
      'is of another département',
      'elsewhere.csv',
      [heading, row('IMB/59350/C/00F1', '59350_3250_00018_bis').replaceAll('76451', '59350')],
    ],
  ])(
    'importing buildings fails and keeps what was there where the file %s',
    async (_what, name, lines) => {
      const path = join(folder, name);
      if (lines === null) {
        const whole = gzipSync(`${heading}\n${row('IMB/76451/X/BAD1', '76451_0055_00004_bis')}\n`);
        await writeFile(path, whole.subarray(0, whole.length - 20));
      } else if (lines !== undefined) await file(name, lines);
      const { code, stderr } = await importBuildings('76', path);
      expect(code).toBe(1);
      expect(stderr).toContain(name);
      expect(stderr).toContain('The buildings that were there before are kept.');
      const found = await buildingsAt('76451_0055_00004_bis');
      expect(found.map(({ buildingRef }) => buildingRef)).toEqual(['IMB/76451/X/NEW1']);
    },
  );

  test('importing buildings that is killed half-way leaves what was there', async () => {
    const rows = Array.from({ length: 20_000 }, (_row, index) =>
      row(`IMB/76451/X/K${index}`, '76451_0055_00004_bis'),
    );
    const whole = gzipSync(`${heading}\n${rows.join('\n')}\n`);
    // Sends most of the file, and never its end.
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.subarray(0, whole.length - 100));
    });
    const child = spawn(
      process.execPath,
      [
        '--import',
        './src/require-node.mjs',
        'src/import-buildings.ts',
        '76',
        `${server.url}/base_imb_76.csv.gz`,
      ],
      { env: { PATH: process.env['PATH'], DATA_DIR: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ended = once(child, 'exit');
    for await (const line of child.stderr) {
      if (/9\d % read/.test(String(line))) break;
    }
    child.kill('SIGKILL');
    await ended;
    const found = await buildingsAt('76451_0055_00004_bis');
    expect(found.map(({ buildingRef }) => buildingRef)).toEqual(['IMB/76451/X/NEW1']);
  });

  test('importing buildings is refused while another process uses the folder, and says what to do', async () => {
    const store = await openStore({ dataDir: folder, log: createLog('silent') });
    const { code, stderr } = await importBuildings('76', join(folder, 'new.csv.gz'));
    await store.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/Stop the service that uses it, import, and start it again/);
  });

  test.each([[[]], [['x']], [['760']], [['76', 'a', 'b']]])(
    'explains itself where it is called with %j',
    async (args) => {
      const { code, stderr } = await importBuildings(...args);
      expect(code).toBe(2);
      expect(stderr).toContain('Usage: npm run import-buildings');
    },
  );
});
