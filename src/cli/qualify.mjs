import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, ServiceError, UsageError } from './failures.mjs';
import { openBody, makeIdempotencyKey, inspect } from './input-file.mjs';
import { checkOutput, save } from './output-file.mjs';
import { chooseExitCode, describeJudgement, describeBatch } from './summary.mjs';

/** @typedef {import('./arguments.mjs').Command} Command */
/** @typedef {import('./service.mjs').Service} Service */
/** @typedef {import('./service.mjs').Batch} Batch */
/** @typedef {import('./progress.mjs').Progress} Progress */

/** How often a batch is looked at, and how often after some minutes. */
const lookEveryMs = 1_000;
const lookSeldomMs = 5_000;
const soonMs = 300_000;

const formats = /** @type {const} */ (['csv', 'xlsx', 'ndjson']);

/**
 * Sends a file, or goes on with a batch; waits until it is over, and writes its results. Resolves with the exit code.
 * @param {Command} command
 * @param {Service} service
 * @param {Progress} progress
 * @returns {Promise<number>}
 */
export async function qualify(command, service, progress) {
  const { subject, values, flags } = command;
  const isJson = flags.has('json');
  const isDry = flags.has('dry-run');
  if (isDry && subject === null) throw new UsageError('--dry-run needs a file of sites.');
  if (isJson && !isDry && values['out'] === undefined) {
    throw new UsageError(
      '--json needs --out: the file and the JSON cannot both go to standard output.',
    );
  }
  // Every fault of the output is told before ten thousand sites are asked about.
  const output = await checkOutput(values['out'], {
    format: values['format'],
    formats,
    force: flags.has('force'),
    ...(subject === null ? {} : { input: subject }),
  });
  let id = values['batch'] ?? null;
  if (subject !== null) {
    const taken = await send(command, subject, service, progress);
    if (isDry) {
      if (isJson) process.stdout.write(`${JSON.stringify(taken)}\n`);
      return taken.refused === 0 ? exitCodes.done : exitCodes.partly;
    }
    id = taken.id ?? null;
  }
  if (id === null) throw new ServiceError('The service took the file and named no batch.');
  const goOn = () =>
    progress.say(`It goes on in the service. Continue here with: ${continuing(command, id)}`);
  service.signal.addEventListener('abort', goOn, { once: true });
  try {
    const batch = await follow(service, id, progress);
    await save(service, resultPath(encodeURIComponent(id), output.format, values), output);
    progress.say(
      `${describeBatch(batch)}${output.path === null ? '' : ` Results: ${output.path}`}`,
    );
    if (isJson) process.stdout.write(`${JSON.stringify({ ...batch, out: output.path })}\n`);
    return chooseExitCode(batch);
  } catch (error) {
    if (!service.signal.aborted) goOn();
    throw error;
  } finally {
    service.signal.removeEventListener('abort', goOn);
  }
}

/**
 * The address of a batch's results.
 * @param {string} id
 * @param {string} format
 * @param {Command['values']} values
 */
export function resultPath(id, format, values) {
  const query = new URLSearchParams();
  for (const name of ['rows', 'language', 'separator']) {
    const value = values[name];
    if (value !== undefined) query.set(name, value);
  }
  return `/batches/${id}.${format}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

/**
 * @param {Command} command
 * @param {string} path
 * @param {Service} service
 * @param {Progress} progress
 * @returns {Promise<import('./summary.mjs').Taken>}
 */
async function send({ values, flags }, path, service, progress) {
  const file = await inspect(path);
  const isDry = flags.has('dry-run');
  const options = {
    name: values['name'] ?? file.name,
    externalId: values['external-id'],
    operators: values['operators'],
  };
  const given = Object.entries({ ...options, ...(isDry ? { dryRun: '1' } : {}) });
  const query = new URLSearchParams(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const key = flags.has('again')
    ? `cli-${randomUUID()}`
    : await makeIdempotencyKey(file, Object.values(options));
  const unheard = () => {
    if (!isDry)
      progress.say('The same command again asks nothing twice, whether the file was taken or not.');
  };
  service.signal.addEventListener('abort', unheard, { once: true });
  const response = await service.patiently(() => {
    const { headers, ...body } = openBody(file);
    return service.exchange(`/batches?${query.toString()}`, {
      method: 'POST',
      ...body,
      headers: isDry ? headers : { ...headers, 'idempotency-key': key },
    });
  });
  service.signal.removeEventListener('abort', unheard);
  /** @type {import('./summary.mjs').Taken} */
  const taken = await service.json(response);
  for (const line of describeJudgement(taken)) progress.say(line);
  if (!isDry) {
    progress.say(
      response.status === 200
        ? `This file was sent before: it is batch ${taken.id}. --again asks anew.`
        : `Batch ${taken.id}.`,
    );
  }
  return taken;
}

/**
 * Looks at a batch until it is over. By asking again and again: that outlives every restart and every proxy, and costs little.
 * @param {Service} service
 * @param {string} id
 * @param {Progress} progress
 * @returns {Promise<Batch>}
 */
async function follow(service, id, progress) {
  const startedAt = performance.now();
  try {
    for (;;) {
      const batch = await service.batch(id);
      if (batch === null) throw new ServiceError(`There is no batch ${id} (any more).`);
      progress.show(batch);
      if (batch.state !== 'IN_PROGRESS') return batch;
      const isSoon = performance.now() - startedAt < soonMs;
      await sleep(isSoon ? lookEveryMs : lookSeldomMs, undefined, { signal: service.signal });
    }
  } finally {
    progress.end();
  }
}

/**
 * The command line that continues: without the key, which is nothing to be shown.
 * @param {Command} command
 * @param {string} id
 */
function continuing({ values, flags, url }, id) {
  const isByNpx = process.env['npm_command'] === 'exec';
  const kept = ['out', 'format', 'rows', 'language', 'separator', 'patience'];
  const given = kept.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const isUrlGiven = values['url'] !== undefined;
  const also = ['force', 'json'].filter((flag) => flags.has(flag)).map((flag) => `--${flag}`);
  return [
    ...(isByNpx ? ['npx'] : []),
    'eligibility',
    'qualify',
    '--batch',
    id,
    ...given,
    ...(isUrlGiven ? ['--url', url] : []),
    ...also,
  ]
    .map((part) =>
      /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ');
}
