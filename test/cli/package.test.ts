import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from './command-line.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
let folder: string;
/** Where npm unpacks the package. */
let unpacked: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-package-'));
  const modules = join(folder, 'node_modules');
  unpacked = join(modules, 'wholesale-eligibility');
  await mkdir(join(modules, '.bin'), { recursive: true });
  // Nothing is to be prepared for it: there is no build.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await mkdir(unpacked);
  await run('tar', ['-xf', join(folder, archive), '-C', unpacked, '--strip-components=1']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('What is packed has the command and no source that Node does not read in an installed package', async () => {
  const files = await readdir(unpacked, { recursive: true });
  expect(files.filter((name) => name.endsWith('.ts'))).toEqual([]);
  expect(files).toContain(join('src', 'cli', 'eligibility.mjs'));
  expect(files.length).toBeLessThan(30);
});

test('The command of an installed package runs by its link, and knows its version', async () => {
  const { bin, version } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
    bin: { eligibility: string };
    version: string;
  };
  const link = join(folder, 'node_modules', '.bin', 'eligibility');
  await symlink(join('..', 'wholesale-eligibility', bin.eligibility), link);
  await using command = new CommandLine(['--version'], { file: link });
  expect(await command.outcome()).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  await using asking = new CommandLine(['status', 'x', '--url', 'http://127.0.0.1:1'], {
    file: link,
  });
  expect(await asking.outcome()).toMatchObject({ code: 3 });
});

test('In a clone the command is linked where npx looks for it', async () => {
  const { stdout } = await run('npx', ['--no-install', 'eligibility', '--version'], { cwd: root });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('A Node that is too old is told so in one line', async () => {
  const source = await readFile(new URL('src/cli/eligibility.mjs', root), 'utf8');
  // What an old one cannot even read must not stand before that line.
  const before = source.slice(0, source.indexOf('process.exit(2)'));
  expect(before).not.toMatch(/import |await |\?\?|\?\./);
});
