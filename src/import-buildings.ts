import { loadImportSettings } from './config.ts';
import { openDispatcher } from './egress.ts';
import { createLog } from './observe/log.ts';
import { openStore } from './store/store.ts';
import {
  BuildingFileError,
  openBuildingFile,
  spellBuildingFileUrl,
  publishedBuildingFiles,
  type Progress,
} from './addresses/building-file.ts';

// `npm run import-buildings -- 76 [file or URL]`: puts the buildings of a département into the store.

const usage = `Usage: npm run import-buildings -- DÉPARTEMENT [FILE or URL]

Reads ARCEP's open file of the buildings of a département (76, 2A, 974) into the store of
DATA_DIR or DATABASE_URL, in place of those that are there. Without a file the published one is fetched.`;

const [department = '', source, ...others] = process.argv.slice(2);
if (!/^(?:\d[\dAB]|97\d)$/i.test(department) || others.length > 0) end(usage, 2);

const settings = readSettings();
const log = createLog('warn');
const store = await openStore({ ...settings.store, log }).catch((error: unknown) =>
  end(describeFailure(error), 1),
);
const dispatcher = openDispatcher(settings.egress, {});
let exitCode = 0;
try {
  const from =
    source ??
    spellBuildingFileUrl(
      settings.addresses.buildingFileUrl ?? publishedBuildingFiles,
      department.toUpperCase(),
    );
  const file = await openBuildingFile(from, {
    department: department.toUpperCase(),
    dispatcher,
    onProgress: showProgress(),
  });
  const { buildings, withBanKey } = await store.buildings.replace({
    department: department.toUpperCase(),
    asOf: file.asOf,
    isSandbox: false,
    batches: file.batches,
  });
  clearLine();
  const day = file.asOf?.slice(0, 10) ?? 'a day that the file does not tell';
  process.stdout.write(
    `${buildings} buildings of ${department.toUpperCase()} imported, as of ${day}; ${withBanKey} of them have a key of the national address base (BAN).\n`,
  );
} catch (error) {
  clearLine();
  process.stderr.write(
    `${describeFailure(error)} The buildings that were there before are kept.\n`,
  );
  exitCode = 1;
} finally {
  await dispatcher.close();
  await store.close();
}
process.exit(exitCode);

/** Shows progress as a bar on a terminal, and as a line now and then elsewhere. */
function showProgress(): (progress: Progress) => void {
  let shown = -1;
  return ({ bytes, of }) => {
    const percent = of === null ? null : Math.floor((bytes / of) * 100);
    const step = process.stderr.isTTY
      ? (percent ?? Math.floor(bytes / 1e6))
      : Math.floor((percent ?? bytes / 1e6) / 10);
    if (step === shown) return;
    shown = step;
    const words = percent === null ? `${(bytes / 1e6).toFixed(0)} MB` : `${percent} %`;
    if (!process.stderr.isTTY) process.stderr.write(`${words} read\n`);
    else {
      const full = Math.round((percent ?? 0) / 4);
      process.stderr.write(`\r[${'#'.repeat(full)}${' '.repeat(25 - full)}] ${words} read`);
    }
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}

function readSettings() {
  try {
    return loadImportSettings(process.env);
  } catch (error) {
    return end(describeFailure(error), 78);
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'DataDirLockedError') {
    return `${error.message} Stop the service that uses it, import, and start it again; on PostgreSQL it may go on running.`;
  }
  return error instanceof BuildingFileError || error.name.endsWith('Error')
    ? error.message
    : String(error);
}

function end(words: string, code: number): never {
  process.stderr.write(`${words}\n`);
  process.exit(code);
}
