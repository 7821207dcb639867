import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadUrl } from '../support/start-http-server.ts';
import { eligibility } from './command-line.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-usage-'));
  file = join(folder, 'sites.csv');
  await writeFile(file, 'adresse\n65 rue de Siam 29200 Brest\n');
  await writeFile(join(folder, 'empty.csv'), '');
  await writeFile(join(folder, 'there.csv'), 'mine');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what cannot be carried out is exit code 2, said on standard error, and asks nothing:', () => {
  test.each([
    ['a command that there is not', ['qualfiy'], /There is no command qualfiy: there is qualify, /],
    ['an option that there is not', ['status', 'x', '--oops'], /Unknown option '--oops'/],
    ['an option without its value', ['fetch', 'x', '--out'], /--out/],
    ['an empty value', ['qualify', 'FILE', '--operators', ''], /--operators has no value/],
    [
      'a word that is not known',
      ['fetch', 'x', '--rows', 'all'],
      /--rows is all: give best or offers/,
    ],
    ['no file', ['qualify'], /needs a file of sites, or --batch/],
    ['a file and a batch', ['qualify', 'FILE', '--batch', 'x'], /Give a file to send, or --batch/],
    ['two files', ['qualify', 'FILE', 'FILE'], /one thing too many/],
    ['a file that is not there', ['qualify', 'FOLDER/none.csv'], /none\.csv does not exist\./],
    ['a folder for a file', ['qualify', 'FOLDER'], /is a folder: name a file in it/],
    ['an empty file', ['qualify', 'FOLDER/empty.csv'], /empty\.csv is empty\./],
    ['no id', ['status'], /needs the id of a batch/],
    [
      'an address that is none',
      ['status', 'x', '--url', 'localhost'],
      /is no address of a service/,
    ],
    ['a patience that is none', ['status', 'x', '--patience', 'long'], /give a number of seconds/],
    ['a file that is there', ['qualify', 'FILE', '--out', 'FOLDER/there.csv'], /is there already/],
    [
      'a folder for the result',
      ['fetch', 'x', '--out', 'FOLDER'],
      /is a folder: name a file in it/,
    ],
    ['no folder for the result', ['fetch', 'x', '--out', 'FOLDER/a/b.csv'], /There is no folder/],
    [
      'the file itself for the result',
      ['qualify', 'FILE', '-f', '-o', 'FILE'],
      /is the file that is sent/,
    ],
    ['JSON and the file at once', ['qualify', 'FILE', '--json'], /--json needs --out/],
    ['a dry run of a batch', ['qualify', '--batch', 'x', '--dry-run'], /needs a file of sites/],
    ['a template in NDJSON', ['template', '--format', 'ndjson'], /give csv or xlsx/],
  ])('%s', async (_what, args, said) => {
    const given = args.map((one) => one.replace('FILE', file).replace('FOLDER', folder));
    // Where anything was asked, that would be exit code 3.
    const { code, stdout, stderr } = await eligibility(given, { ELIGIBILITY_URL: await deadUrl() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('help', () => {
  test.each([
    [['--help'], 'eligibility COMMAND --help'],
    [['help', 'fetch'], 'eligibility fetch ID'],
    [['qualify', '--help'], '--again'],
    [['status', '-h'], 'Exit codes'],
  ])('help of %j is on standard output', async (args, said) => {
    const { code, stdout, stderr } = await eligibility(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(said);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('help tells every option that a command takes', async () => {
    const source = await readFile(new URL('../../src/cli/arguments.mjs', import.meta.url), 'utf8');
    const options = [...source.matchAll(/^ {2,4}'?([a-z-]+)'?: \{ type:/gm)].map(
      ([, name]) => name,
    );
    const { stdout } = await eligibility(['qualify', '--help']);
    expect(options.length).toBeGreaterThan(15);
    for (const name of options.filter((one) => one !== 'help'))
      expect(stdout).toContain(`--${name}`);
  });

  test('help is also what nothing at all gets, as a command line that is not understood', async () => {
    expect(await eligibility([])).toMatchObject({ code: 2 });
  });

  test('help has the version of the package beside', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await eligibility(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});

test('The command is the same through a link, as npm makes one', async () => {
  const { entry, CommandLine } = await import('./command-line.ts');
  const link = join(folder, 'eligibility');
  await symlink(entry, link);
  await using command = new CommandLine(['help'], { file: link });
  expect(await command.outcome()).toMatchObject({ code: 0, stderr: '' });
});
