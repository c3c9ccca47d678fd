import { readFileSync } from 'node:fs';
import { isMissing } from '@limber/files';
import { listFolder } from '../store/read-if-there.ts';

/** Kills all processes of a process group, if there is one. */
export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The living processes of a process group besides its leader. Linux tells; elsewhere there are none. */
export function othersInGroup(leader: number): number[] {
  return listFolder('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== leader && groupOf(pid) === leader);
}

function groupOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isMissing(error) || code === 'ESRCH') return undefined;
    throw error;
  }
}
