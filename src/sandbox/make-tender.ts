import { writeTender } from './write-tender.ts';

// `npm run sandbox:tender -- 10000 [file.csv|.xlsx]`: a tender of sites that the sandbox knows, with what is wrong in it beside.

/** A sheet of Excel has no more. */
const mostRows = 1_048_575;

const [text = '', file = `tender-${text}.csv`, ...more] = process.argv.slice(2);
const count = Number(text);
if (!/^\d+$/.test(text) || count < 1 || count > mostRows || more.length > 0) {
  process.stderr.write(
    'Usage: npm run -s sandbox:tender -- <rows> [file.csv|file.xlsx]\nFor example 10000 rows; tender-10000.csv where no file is named.\n',
  );
  process.exitCode = 64;
} else {
  try {
    const { rows, good, sites, wrong, repeated } = await writeTender(count, file);
    const kinds = Map.groupBy(wrong, ({ kind }) => kind);
    const told = [...kinds].map(([kind, all]) => {
      const columns = all[0]?.columns ?? [];
      const where = columns.length === 0 ? 'the row as a whole' : columns.join(' or ');
      return `  ${kind} (${where}): line ${all.map(({ line }) => line).join(', ')}`;
    });
    process.stdout.write(
      [
        `${file}: ${rows} rows. ${good} can be asked about, ${sites} different sites; ${repeated.length} repeat an earlier row. ${wrong.length} cannot:`,
        ...told,
        `${file}.json says the same for programs.`,
        '',
      ].join('\n'),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
