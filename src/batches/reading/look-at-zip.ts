import yauzl from 'yauzl';
import { damaged, UnreadableTableError, unsupportedFormat } from './unreadable-table.ts';

// The reader of sheets unpacks no more than the archive's directory declares. So the directory is checked first.

const mostEntries = 200;
const mostBytes = 64 * 1024 * 1024;
const mostSharedStrings = 16 * 1024 * 1024;

/** The end of a directory without a comment: 22 bytes. */
const endLength = 22;

const tooComplex = (words: string) =>
  new UnreadableTableError(
    'FILE_TOO_COMPLEX',
    `The workbook ${words}: copy the table alone into a new workbook, or save it as CSV.`,
  );

/** Refuses an archive that is no workbook, or one that unpacks to too much. Rejects with an UnreadableTableError. */
export async function lookAtZip(bytes: Buffer): Promise<void> {
  // With a comment in the file, two readers may find two different directories in it.
  const end = bytes.length - endLength;
  if (end < 0 || bytes.readUInt32LE(end) !== 0x06054b50 || bytes.readUInt16LE(end + 20) !== 0) {
    throw damaged();
  }
  if (bytes.readUInt16LE(end + 10) > mostEntries) {
    throw tooComplex(`has more than ${mostEntries} parts`);
  }
  const entries = await listEntries(bytes);
  // The reader of sheets would unpack all of a part that is declared as empty.
  if (entries.some((entry) => entry.uncompressedSize === 0 && entry.compressedSize > 2)) {
    throw damaged();
  }
  const names = entries.map(({ fileName }) => fileName);
  refuseOtherArchives(names);
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (total > mostBytes) throw tooComplex(`unpacks to ${megabytes(total)}`);
  const shared = entries.find(({ fileName }) => /sharedStrings\.xml$/i.test(fileName));
  if (shared !== undefined && shared.uncompressedSize > mostSharedStrings) {
    throw tooComplex(`has ${megabytes(shared.uncompressedSize)} of texts`);
  }
  if (entries.some((entry) => entry.isEncrypted())) {
    throw new UnreadableTableError(
      'FILE_ENCRYPTED',
      'The file is protected by a password: save it without one.',
    );
  }
}

/** Refuses archives of other programs. */
function refuseOtherArchives(names: readonly string[]): void {
  const has = (form: RegExp) => names.some((name) => form.test(name));
  if (has(/^xl\/workbook\.bin$/i)) throw unsupportedFormat('XLSB');
  if (has(/^word\//)) throw unsupportedFormat('TEXT_DOCUMENT');
  if (has(/^ppt\//)) throw unsupportedFormat('PRESENTATION');
  if (has(/^mimetype$/) && has(/^content\.xml$/)) throw unsupportedFormat('ODS');
  if (has(/^Index\/.*\.iwa$/)) throw unsupportedFormat('NUMBERS');
  if (!has(/^\[Content_Types\]\.xml$/i)) throw unsupportedFormat('ARCHIVE');
}

async function listEntries(bytes: Buffer): Promise<yauzl.Entry[]> {
  try {
    const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true });
    const entries: yauzl.Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    return entries;
  } catch (error) {
    throw damaged(error);
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024).toLocaleString('en')} MiB`;
}
