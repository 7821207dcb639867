import { writeSync } from 'node:fs';
import { pino } from 'pino';

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
const flushAfterCharacters = 16 * 1024;
/** By pino's numbers. */
const warnLevel = 40;

/** A log of JSON lines to a file descriptor. */
export function createLog(level: LogLevel, descriptor: number = standardError): ProcessLog {
  const lines = new BufferedLines(descriptor);
  const log = pino(
    {
      level,
      base: null,
      timestamp: timeMember,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  );
  return Object.assign(log as Log, { flush: () => lines.flush() });
}

let writtenAt = 0;
let written = '';

/** The time as a member of a line, written once for all lines of a millisecond. */
function timeMember(): string {
  const now = Date.now();
  if (now !== writtenAt) {
    writtenAt = now;
    written = `,"time":"${new Date(now).toISOString()}"`;
  }
  return written;
}

/** Has pino set `lastLevel` before each line. */
const wantsLevel: unique symbol = Symbol.for('pino.metadata');
/** How often a reader that is behind is waited for, 5 ms each time. */
const patience = 200;

/** Collects lines and writes them at once. */
class BufferedLines {
  readonly [wantsLevel] = true;
  lastLevel = 0;
  readonly #descriptor: number;
  #waiting = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: string): void {
    this.#waiting += line;
    if (this.lastLevel >= warnLevel || this.#waiting.length > flushAfterCharacters) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushAfterMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    let rest = Buffer.from(this.#waiting);
    this.#waiting = '';
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
