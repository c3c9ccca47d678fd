import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isMissing } from '@limber/files';
import { listFolder } from '../store/read-if-there.ts';

/** A living process. */
export interface GroupMember {
  readonly pid: number;
  /** The first 15 letters of its program's name. */
  readonly name: string;
}

const pollMs = 20;

/** Kills all processes of a process group, if there is one. */
export function killGroup(leader: number | undefined): void {
  if (leader !== undefined) signalGroup(leader, 'SIGKILL');
}

/**
 * Ends what is left of a process group whose leader has ended: SIGTERM, and SIGKILL after `graceMs`.
 *
 * @returns what was left. Linux tells; elsewhere all is killed at once and nothing is told.
 */
export async function endRemains(leader: number, graceMs: number): Promise<GroupMember[]> {
  const left = othersInGroup(leader);
  const started = performance.now();
  signalGroup(leader, 'SIGTERM');
  while (othersInGroup(leader).length > 0 && performance.now() - started < graceMs) {
    await delay(pollMs);
  }
  killGroup(leader);
  return left;
}

/** The living processes of a process group besides its leader. Linux tells; elsewhere there are none. */
export function othersInGroup(leader: number): GroupMember[] {
  return listFolder('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== leader)
    .flatMap((pid) => memberOf(leader, Number(pid)) ?? []);
}

function memberOf(leader: number, pid: number): GroupMember | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const nameEnd = status.lastIndexOf(')');
    const [state, , group] = status.slice(nameEnd + 2).split(' ');
    if (state === 'Z' || Number(group) !== leader) return undefined;
    return { pid, name: status.slice(status.indexOf('(') + 1, nameEnd) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isMissing(error) || code === 'ESRCH') return undefined;
    throw error;
  }
}

/**
 * Sends a signal to all processes of a group. Windows has neither: there the leader, if it lives, is ended with all that
 * it has started.
 */
export function signalGroup(
  leader: number,
  signal: NodeJS.Signals,
  platform: NodeJS.Platform = process.platform,
): void {
  if (platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
