import { readFile } from 'node:fs/promises';

const everyCommand = `  --url URL         the service; http://127.0.0.1:4000 by default, or the variable ELIGIBILITY_URL
  --api-key KEY     better given by the variable ELIGIBILITY_API_KEY: what is on a command line
                    stands in lists of processes and in the history of the shell
  --token TOKEN     an access token; better by the variable ELIGIBILITY_TOKEN, for the same reason
  --patience SEC    how long the service may be away, such as for a restart; 300 by default
  --json            tell the outcome as JSON on standard output`;

const files = `  --out FILE, -o    where the result goes, as CSV, XLSX or NDJSON by the end of its name;
                    standard output without it
  --format FORMAT   csv, xlsx or ndjson, whatever the name
  --force, -f       replace the file that is there
  --rows best       one row a site with its best offer (default); offers: one row an offer
  --language fr     headings and numbers as in French (default), or en
  --separator SEP   of CSV: semicolon (default), comma or tab`;

const outcome = `Words go to standard error. Standard output has the file, or with --json the JSON, and nothing
else. Exit codes: 0 done; 1 done, but rows were refused or an operator failed for some, or the
batch was cancelled; 2 not understood as it was given; 3 the service refused or cannot be reached;
130 and 143 interrupted.`;

/** The help of each command. */
const texts = {
  qualify: `eligibility qualify FILE [--out FILE] [options]
eligibility qualify --batch ID [--out FILE] [options]

Sends a table of sites, CSV or XLSX, waits until every operator has answered for each, and writes
the table with what they said. Rows that cannot be asked about are named before anything is asked.

The batch runs in the service: when the command is interrupted it goes on, and --batch continues
here. The same file with the same operators, name and external id is one batch however often it is
sent, so that a run after a crash asks nothing twice; --again has everything asked anew.

Options:
  --operators LIST  such as COVAGE,KOSC; all by default
  --dry-run         judge the rows and ask nothing
  --name NAME       what the batch is called; the name of the file by default
  --external-id ID  an identifier of your own
  --again           ask anew about a file that was sent before
  --batch ID        go on with a batch that was sent before
${files}
${everyCommand}

${outcome}`,
  status: `eligibility status ID [options]

Tells how far a batch has got.

Options:
${everyCommand}

${outcome}`,
  fetch: `eligibility fetch ID [--out FILE] [options]

Writes the results of a batch, as far as they are there.

Options:
${files}
${everyCommand}

${outcome}`,
  template: `eligibility template [--out FILE] [options]

Writes a table to fill in, CSV or XLSX.

Options:
  --out FILE, -o    standard output without it
  --format FORMAT   csv or xlsx, whatever the name
  --force, -f       replace the file that is there
  --language fr     headings in French (default), or en
${everyCommand}

${outcome}`,
  cancel: `eligibility cancel ID [options]

Stops a batch: what is not asked yet is not asked. What was answered stays.

Options:
${everyCommand}

${outcome}`,
};

const overview = `eligibility: many sites, every operator, one table

  eligibility qualify sites.xlsx --out results.csv   send a table of sites, wait, write the results
  eligibility status ID                              how far a batch has got
  eligibility fetch ID --out results.csv             the results so far
  eligibility cancel ID                              ask about no more of its sites
  eligibility template --out sites.xlsx              a table to fill in

  eligibility COMMAND --help                         the options of each
  eligibility --version

${outcome}`;

/**
 * The help of a command; of all of them where there is none of that name.
 * @param {string | undefined} name
 */
export function findHelp(name) {
  return name !== undefined && Object.hasOwn(texts, name)
    ? texts[/** @type {keyof typeof texts} */ (name)]
    : overview;
}

/** The version of the package. */
export async function version() {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}
