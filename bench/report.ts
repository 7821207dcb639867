import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What a script of the bench found out: said while it runs, and written to its part of RESULTS.md at the end. */
export interface Report {
  /** One line for whoever is waiting. */
  say(line: string): void;
  /** A table with its title, and one sentence about it. */
  section(title: string, sentence: string, text: string): void;
  /** Writes the part, in place of what an earlier run wrote there. */
  write(): void;
}

const results = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const heading =
  '# What the bench measured\n\nWritten by `npm run bench`; README.md says what each table means.\n';

/** A report of the part with this title. */
export function reportOn(part: string, libraries: readonly string[] = []): Report {
  const sections: string[] = [];
  return {
    say: (line) => process.stdout.write(`${line}\n`),
    section(title, sentence, text) {
      sections.push(`### ${title}\n\n${sentence}\n\n${text}`);
      process.stdout.write(`\n${title}\n${sentence}\n${text}\n`);
    },
    write() {
      const parts = readParts();
      parts.set(part, `${machine(libraries)}\n\n${sections.join('\n\n')}`);
      const text = [...parts].map(([title, body]) => `## ${title}\n\n${body.trim()}\n`).join('\n');
      writeFileSync(results, `${heading}\n${text}`);
    },
  };
}

/** A table of Markdown, its columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function readParts(): Map<string, string> {
  let text = '';
  try {
    text = readFileSync(results, 'utf8');
  } catch {
    // The first run.
  }
  const [, ...parts] = text.split(/^## /m);
  return new Map(
    parts.map((one): [string, string] => {
      const end = one.indexOf('\n');
      return [one.slice(0, end), one.slice(end)];
    }),
  );
}

/** When, where and with what it was measured. */
function machine(libraries: readonly string[]): string {
  const { length: cores, 0: core } = cpus();
  const versions = libraries.map((name) => `${name} ${versionOf(name)}`);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}.`,
    `${cores} × ${core?.model ?? 'a processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${arch()}, Node ${process.version}.`,
    ...(versions.length > 0 ? [`${versions.join(', ')}.`] : []),
  ].join('\n');
}

function versionOf(name: string): string {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
