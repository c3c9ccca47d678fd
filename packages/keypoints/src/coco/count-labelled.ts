/**
 * How many joints of an annotation are labelled.
 *
 * @param keypoints - [3 K] numbers: x, y, v.
 */
export function countLabelled(keypoints: readonly number[]): number {
  let count = 0;
  for (let index = 2; index < keypoints.length; index += 3) if (keypoints[index]! > 0) count++;
  return count;
}
