import { readFileSync } from 'node:fs';

/** The processes that `limber launch`, whose number is given, has started, by rank. */
export function childRanks(pid: number): Map<number, number> {
  const children = readProc(`${pid}/task/${pid}/children`).trim().split(' ');
  return new Map(
    children.flatMap((child) => {
      const environment = readProc(`${child}/environ`);
      const rank = /(?:^|\0)LIMBER_RANK=(\d+)/.exec(environment)?.[1];
      return rank === undefined ? [] : [[Number(rank), Number(child)] as const];
    }),
  );
}

/** Empty for a process that has ended. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}
