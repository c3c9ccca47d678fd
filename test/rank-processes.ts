import { readFileSync } from 'node:fs';

/** The processes that `limber launch`, whose number is given, has started, by rank. */
export function childRanks(pid: number): Map<number, number> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return new Map(
    children.flatMap((child) => {
      const environment = environmentOf(child);
      const rank = /(?:^|\0)LIMBER_RANK=(\d+)/.exec(environment)?.[1];
      return rank === undefined ? [] : [[Number(rank), Number(child)] as const];
    }),
  );
}

/** Empty for one that has ended. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
