import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isMissing } from './write-atomically.ts';

/** What is known about the process behind an identity. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

/**
 * Names the running process so that no later one is taken for it: host, process id and, where the
 * system tells, the time it started (process ids are used again).
 */
export function currentProcess(): string {
  return `${host()}~${process.pid}~${startTime(process.pid)}`;
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
  return startTime(Number(pid)) === started ? 'alive' : 'dead';
}

/** The process id in an identity, for messages. */
export function pidOf(identity: string): number {
  return Number(identity.split('~')[1]);
}

function host(): string {
  return hostname().replaceAll(/[^\w.-]/g, '_');
}

/** Clock ticks since boot at which a process started, on Linux; elsewhere '0' for every process. */
function startTime(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch (error) {
    if (isMissing(error)) return '0';
    throw error;
  }
}
