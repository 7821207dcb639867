import { writeSync } from 'node:fs';

/** Where the service writes what happens: JSON lines, never with a token, a secret, a variable's value or personal data. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log of a process, which has to be told when that ends. */
export interface ProcessLog extends Log {
  /** Writes what waits to be written: before the process ends. */
  flush(): void;
}

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** By default standard error, so that standard output stays for people. */
const standardError = 2;
/** Lines wait for each other this long, since each writing costs as much as a request; warnings and errors do not wait. */
const flushAfterMs = 100;
const flushAfterLines = 64;

/** A log of JSON lines to a file descriptor. */
export function createLog(level: LogLevel, descriptor: number = standardError): ProcessLog {
  const lines = new BufferedLines(descriptor);
  const most = logLevels.indexOf(level);
  const writerAt = (name: LogLevel, isUrgent: boolean): Log['info'] =>
    logLevels.indexOf(name) > most
      ? () => {}
      : (fields, message) =>
          lines.write({ level: name, at: Date.now(), fields, message }, isUrgent);
  return {
    debug: writerAt('debug', false),
    info: writerAt('info', false),
    warn: writerAt('warn', true),
    error: writerAt('error', true),
    flush: () => lines.flush(),
  };
}

/** Something to be written. Its fields stay as they are until then. */
interface Line {
  readonly level: LogLevel;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly fields: object;
  readonly message: string;
}

/** A line as JSON. A member that is undefined is left out. */
function formatLine({ level, at, fields, message }: Line): string {
  const members = writeMembers(fields);
  const between = members === '' ? '' : ',';
  // In an object, since V8 is slow to write a text that stands alone.
  const last = JSON.stringify({ msg: message }).slice(1);
  return `{"level":"${level}"${timeMember(at)},${members}${between}${last}\n`;
}

/** The members of an object as JSON: of what cannot be written so, as much as can. */
function writeMembers(fields: object): string {
  try {
    const told = 'err' in fields ? { ...fields, err: describeCauses(fields.err) } : fields;
    try {
      return JSON.stringify(told).slice(1, -1);
    } catch {
      return JSON.stringify(told, makeReplacer()).slice(1, -1);
    }
  } catch (error) {
    return JSON.stringify({ unwritable: String(error) }).slice(1, -1);
  }
}

/** Causes of causes are told up to this depth. */
const deepestCause = 5;

/** An error with its members, its stack and the errors that it is made of; anything else that was thrown as it is. */
function describeCauses(error: unknown, depth = 0): unknown {
  if (Array.isArray(error)) return error.map((one) => describeCauses(one, depth));
  if (!(error instanceof Error)) return error;
  const { name: type, message, stack, cause } = error;
  const members: Record<string, unknown> = { cause };
  Object.assign(members, error);
  if (error instanceof AggregateError) members['errors'] = error.errors as unknown;
  for (const [name, value] of Object.entries(members)) {
    const isTold = depth < deepestCause || !(value instanceof Error || Array.isArray(value));
    members[name] = isTold ? describeCauses(value, depth + 1) : undefined;
  }
  return { ...members, type, message, stack };
}

/** Objects in objects are told up to this depth where not all can be written. */
const deepestObject = 6;

/** Replaces values that JSON has no form for: a large integer by its digits, an object by a word where it comes again. */
function makeReplacer(): (this: unknown, name: string, value: unknown) => unknown {
  const depths = new Map<unknown, number>();
  return function replace(_name, value) {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depths.has(value)) return '[told before]';
    const depth = (depths.get(this) ?? 0) + 1;
    if (depth > deepestObject) return '[too deep]';
    depths.set(value, depth);
    return value;
  };
}

let writtenAt = 0;
let written = '';

/** The time as a member of a line, written once for all lines of a millisecond. */
function timeMember(now: number): string {
  if (now !== writtenAt) {
    writtenAt = now;
    written = `,"time":"${new Date(now).toISOString()}"`;
  }
  return written;
}

/** How often a reader that is behind is waited for, 5 ms each time. */
const patience = 200;

/** Collects lines, and makes and writes them together, so that no request waits for its own. */
class BufferedLines {
  readonly #descriptor: number;
  #waiting: Line[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: Line, isUrgent: boolean): void {
    this.#waiting.push(line);
    if (isUrgent || this.#waiting.length >= flushAfterLines) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushAfterMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    let rest = Buffer.from(this.#waiting.map(formatLine).join(''));
    this.#waiting = [];
    for (let waits = 0; rest.length > 0;) {
      try {
        rest = rest.subarray(writeSync(this.#descriptor, rest));
      } catch (error) {
        // A reader that is behind is waited for; one that has gone is no reason to end.
        waits += 1;
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waits > patience) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}
