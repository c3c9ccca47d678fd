import type { ResultTable } from '../results/result-table.ts';

/**
 * Similarity of single joints, exp(-d² / (2 area (2 sigma)²)): OKS before the mean is taken. Frame: imagePx.
 *
 * @param keypoints - [K, 3] of a true person: x, y, v.
 * @param area - of the person, square pixels.
 * @param row - of the table.
 * @param out - [K] written: a number in [0, 1], or -1 where the joint is not labelled.
 */
export function jointSimilarities(
  keypoints: Float64Array,
  area: number,
  table: Pick<ResultTable, 'keypoints' | 'keypointStarts'>,
  row: number,
  sigmas: readonly number[],
  out: Float64Array,
): void {
  const start = table.keypointStarts[row]!;
  for (let joint = 0; joint < sigmas.length; joint++) {
    const at = 3 * joint;
    if (!(keypoints[at + 2]! > 0)) {
      out[joint] = -1;
      continue;
    }
    const dx = table.keypoints[start + at]! - keypoints[at]!;
    const dy = table.keypoints[start + at + 1]! - keypoints[at + 1]!;
    const variance = (2 * sigmas[joint]!) ** 2;
    out[joint] = Math.exp(-((dx * dx + dy * dy) / variance / (area + Number.EPSILON) / 2));
  }
}
