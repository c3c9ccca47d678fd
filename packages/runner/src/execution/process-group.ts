import { readFileSync } from 'node:fs';
import { listFolder } from '../store/work-folder.ts';
import { isMissing } from '../store/write-atomically.ts';

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
