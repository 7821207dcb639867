import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill, pid as ownPid, platform } from 'node:process';
import { z } from 'zod';

/** One run of one process, told apart from a later one that was given the same process id. */
export const processIdentity = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** The run of the system, and the set of process ids it belongs to (a container has its own). Null where unknown. */
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  /** When it started, in the system's own words. Null where unknown. */
  startedAt: z.string().nullable(),
});
export type ProcessIdentity = z.output<typeof processIdentity>;

/** The code of an error of the operating system, such as `ENOENT`; null of any other error. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/** The process that this code runs in. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: ownPid,
    host: hostname(),
    boot: read('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
    startedAt: startOf(ownPid),
  };
}

/**
 * Whether that process still runs: `true`, `false`, or `unknown` where its process ids are not those seen here (another
 * machine, another container).
 */
export function isRunning(other: ProcessIdentity): boolean | 'unknown' {
  if (other.host !== hostname()) return 'unknown';
  const boot = read('/proc/sys/kernel/random/boot_id');
  if (other.boot !== boot || other.pidNamespace !== pidNamespace()) return 'unknown';
  if (!hasProcess(other.pid)) return false;
  const startedAt = startOf(other.pid);
  // A process id that is taken, but by a process that started at another time: the one that was asked for has ended.
  return other.startedAt === null || startedAt === null
    ? hasProcess(other.pid)
    : other.startedAt === startedAt;
}

function hasProcess(pid: number): boolean {
  try {
    kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    if (systemCode(error) !== 'EPERM') return false;
  }
  return !isDefunct(pid);
}

const stateField = 0;
const startField = 19;

/** The fields of proc(5)'s `stat` behind the name, which is in parentheses and may hold anything. */
function statOf(pid: number): readonly string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** A killed process that its parent has not asked about keeps its id, and nothing else. */
function isDefunct(pid: number): boolean {
  const state = statOf(pid)?.[stateField];
  return state === 'Z' || state === 'X';
}

function startOf(pid: number): string | null {
  const ticks = statOf(pid)?.[startField];
  if (ticks !== undefined) return ticks;
  if (platform === 'linux' || platform === 'win32') return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
