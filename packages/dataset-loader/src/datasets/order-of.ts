import { createPermutationKey, permuteIndex } from '../orders/permute-index.ts';
import type { Draw } from './draw.ts';
import type { OrderOptions } from './keypoint-source.ts';

/** Who of `count` persons is shown at each place of an epoch: everybody once. */
export function orderOf(
  count: number,
  { seed, epoch, shuffle }: OrderOptions,
): (place: number) => Draw {
  if (!shuffle) return (place) => ({ row: place, repeat: 0 });
  const key = createPermutationKey(seed, 'order', epoch);
  return (place) => ({ row: permuteIndex(place, count, key), repeat: 0 });
}
