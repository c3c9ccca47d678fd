/**
 * Exchanges left and right joints, as a mirror does.
 *
 * @param keypoints - [K, 3].
 * @param partnerOf - for each joint the one whose place it takes, see `flipIndices`.
 */
export function flipKeypoints(keypoints: Float32Array, partnerOf: readonly number[]): Float32Array {
  const flipped = new Float32Array(keypoints.length);
  for (const [joint, partner] of partnerOf.entries()) {
    flipped.set(keypoints.subarray(partner * 3, partner * 3 + 3), joint * 3);
  }
  return flipped;
}
