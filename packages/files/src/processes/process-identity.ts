import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isMissing } from '../errors/is-missing.ts';

/** What is known about the process behind an identity. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

/**
 * Names the running process so that no later one is taken for it: host, process id and, where the
 * system tells, the time it started (process ids are used again).
 */
export function currentProcess(): string {
  return identityOf(process.pid);
}

/** Names a running process of this host. */
export function identityOf(pid: number): string {
  return `${host()}~${pid}~${startTime(pid)}`;
}

/** Whether the process behind an identity still runs; `elsewhere` if another host would have to say. */
export function livenessOf(identity: string): Liveness {
  const [where, pid, started] = identity.split('~');
  if (where !== host()) return 'elsewhere';
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const found = startTime(Number(pid));
  return found === started ? 'alive' : 'dead';
}

/** The process id in an identity, for messages. */
export function pidOf(identity: string): number {
  return Number(identity.split('~')[1]);
}

function host(): string {
  return hostname().replaceAll(/[^\w.-]/g, '_');
}

/**
 * Clock ticks since boot at which a process started, on Linux; elsewhere '0' for every process. One
 * that has ended and waits to be noticed by its parent has no start.
 */
function startTime(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '0');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isMissing(error) || code === 'ESRCH') return '0';
    throw error;
  }
}
