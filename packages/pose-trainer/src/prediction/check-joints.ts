import type { KeypointDataset } from '@limber/dataset-loader';
import { LimberError } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';

/**
 * Checks that shards have the joints of a skeleton, by name and in order.
 *
 * @throws {LimberError} `shape-mismatch` naming the first that differs.
 */
export function checkJoints(
  { skeleton: found }: Pick<KeypointDataset, 'skeleton'>,
  wanted: Skeleton,
  shards: string,
): void {
  const count = Math.max(wanted.keypoints.length, found.keypoints.length);
  for (let joint = 0; joint < count; joint++) {
    const expected = wanted.keypoints[joint] ?? 'none';
    const got = found.keypoints[joint] ?? 'none';
    if (expected === got) continue;
    throw new LimberError('shape-mismatch', {
      where: shards,
      what: `the shards have other joints than "${wanted.name}": joint ${joint}`,
      expected,
      got,
    });
  }
}
