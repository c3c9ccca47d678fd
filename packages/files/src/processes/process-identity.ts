import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isMissing } from '../errors/is-missing.ts';

/** What is known about the process behind an identity. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

/**
 * Names the running process so that no other one is taken for it: the host's name (for messages
 * only), where its process id counts, the process id and, where the system tells, the time it
 * started (process ids are used again).
 */
export function currentProcess(): string {
  return identityOf(process.pid);
}

/** Names a running process that this one can see. */
export function identityOf(pid: number): string {
  return `${host()}~${pidScope()}~${pid}~${startTime(pid)}`;
}

/**
 * Whether the process behind an identity still runs. `elsewhere`: it belongs to another machine, to
 * an earlier boot of this one, or to another container, so that its process id says nothing here and
 * only its heartbeat can tell ({@link createLifeWatch}).
 */
export function livenessOf(identity: string): Liveness {
  const [, scope, pid, started] = identity.split('~');
  if (scope !== pidScope()) return 'elsewhere';
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const found = startTime(Number(pid));
  return found === started ? 'alive' : 'dead';
}

/** The process id in an identity. */
export function pidOf(identity: string): number {
  return Number(identity.split('~')[2]);
}

/** The host's name in an identity, for messages. */
export function hostOf(identity: string): string {
  return identity.split('~')[0]!;
}

function host(): string {
  return hostname().replaceAll(/[^\w.-]/g, '_');
}

let knownScope: string | undefined;

/** Names the processes among which a process id means one process: equal only for those that see each other. */
function pidScope(): string {
  return (knownScope ??= readPidScope());
}

/**
 * Linux: this boot of the machine, and the PID namespace. Containers of one machine differ in the
 * second, even where they have one host name. Other systems have neither: there it is the host's name.
 */
function readPidScope(): string {
  if (process.platform !== 'linux') return host();
  try {
    if (readlinkSync('/proc/self') === String(process.pid)) {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').replaceAll('-', '');
      const namespace = readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
      return `${boot.slice(0, 12)}.${namespace}`;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!isMissing(error) && code !== 'EACCES' && code !== 'EPERM') throw error;
  }
  // /proc is missing, or shows the processes of another namespace: nobody can be seen from here.
  return `unseen.${randomBytes(6).toString('hex')}`;
}

/**
 * Clock ticks since boot at which a process started, on Linux; elsewhere '0' for every process. One
 * that has ended and waits to be noticed by its parent has no start.
 */
function startTime(pid: number): string {
  if (pidScope().startsWith('unseen.')) return '0';
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
