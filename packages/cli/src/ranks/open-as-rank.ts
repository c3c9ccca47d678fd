import { findPlace } from './rank-place.ts';
import { endWithLauncher } from './rank-messages.ts';
import type { RankPlace } from './slurm-place.ts';

/** Which of several processes that divide a work this one is; null if it is alone. It ends with whoever has started it. */
export function openAsRank({ dataParallel }: { readonly dataParallel: boolean }): RankPlace | null {
  const place = findPlace(process.env, { isStepDivided: dataParallel });
  if (place !== null) endWithLauncher();
  return place;
}

/** Whether this process says how far the work is. */
export function isFirst(place: RankPlace | null): boolean {
  return place === null || place.rank === 0;
}
