import { readArguments } from './arguments.mjs';
import { exitCodes, Interrupted, ServiceError, shown, UsageError } from './failures.mjs';
import { findHelp, version } from './help.mjs';
import { checkOutput, save } from './output-file.mjs';
import { Progress } from './progress.mjs';
import { qualify, resultPath } from './qualify.mjs';
import { Service } from './service.mjs';
import { chooseExitCode, describeBatch } from './summary.mjs';

/**
 * Carries out one command line and resolves with its exit code.
 * @param {readonly string[]} given what stands behind `eligibility`
 */
export async function run(given) {
  const ending = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      // A second signal ends the command at once, whatever is being written.
      if (ending.signal.aborted) process.exit(new Interrupted(signal).exitCode);
      ending.abort(new Interrupted(signal));
    });
  }
  process.stdout.on('error', (error) => {
    // Its reader, such as `head`, wants no more.
    if ('code' in error && error.code === 'EPIPE') process.exit(exitCodes.done);
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.usage);
  });
  const progress = new Progress(process.stderr);
  try {
    if (given[0] === '--version') {
      process.stdout.write(`${await version()}\n`);
      return exitCodes.done;
    }
    const command = readArguments(given, process.env);
    if (command === null) {
      process.stdout.write(`${findHelp(given[0] === 'help' ? given[1] : given[0])}\n`);
      return given.length === 0 ? exitCodes.usage : exitCodes.done;
    }
    const say = (/** @type {string} */ line) => progress.say(line);
    const service = new Service({ ...command, signal: ending.signal, say });
    return await carryOut(command, service, progress);
  } catch (error) {
    progress.end();
    return failed(error, progress, ending.signal);
  }
}

/**
 * @param {import('./arguments.mjs').Command} command
 * @param {Service} service
 * @param {Progress} progress
 * @returns {Promise<number>}
 */
async function carryOut(command, service, progress) {
  const { name, subject, values, flags } = command;
  const force = flags.has('force');
  const id = encodeURIComponent(subject ?? '');
  switch (name) {
    case 'qualify':
      return qualify(command, service, progress);
    case 'template': {
      const output = await checkOutput(values['out'], {
        format: values['format'],
        formats: ['csv', 'xlsx'],
        force,
      });
      const query = values['language'] === undefined ? '' : `?language=${values['language']}`;
      await save(service, `/batches/template.${output.format}${query}`, output);
      return exitCodes.done;
    }
    case 'fetch': {
      const formats = /** @type {const} */ (['csv', 'xlsx', 'ndjson']);
      const output = await checkOutput(values['out'], { format: values['format'], formats, force });
      await save(service, resultPath(id, output.format, values), output);
      return exitCodes.done;
    }
    default: {
      const batch =
        name === 'cancel'
          ? await service.cancel(subject ?? '')
          : await service.batch(subject ?? '');
      if (batch === null) throw new ServiceError(`There is no batch ${subject}.`);
      if (flags.has('json')) process.stdout.write(`${JSON.stringify(batch)}\n`);
      else progress.say(describeBatch(batch));
      return name === 'cancel' ? exitCodes.done : chooseExitCode(batch);
    }
  }
}

/**
 * @param {unknown} error
 * @param {Progress} progress
 * @param {AbortSignal} signal
 * @returns {number}
 */
function failed(error, progress, signal) {
  // A call that a person interrupted is no failure.
  const cause = signal.aborted ? signal.reason : error;
  if (cause instanceof Interrupted) return cause.exitCode;
  if (cause instanceof UsageError) {
    progress.say(shown(cause.message));
    return exitCodes.usage;
  }
  if (cause instanceof ServiceError) {
    progress.say(cause.message);
    return exitCodes.service;
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // A disk that is full, a folder that is not to be written to.
  if (/^E[A-Z]+$/.test(code)) {
    progress.say(shown(cause instanceof Error ? cause.message : code));
    return exitCodes.usage;
  }
  throw cause;
}
