import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { formatScore } from './format-score-rows.ts';

/**
 * The ten numbers as a table of plain text, three decimals, `-` where no person counts.
 *
 * @example
 * formatScores(evaluation)
 * //        all    .50    .75  medium  large
 * // AP  0.446  0.772  0.410   0.425  0.619
 * // AR  0.583  0.917  0.583   0.440  0.686
 */
export function formatScores(scores: KeypointScores): string {
  const { AP, AP50, AP75, APm, APl, AR, AR50, AR75, ARm, ARl } = scores;
  const row = (name: string, cells: readonly string[]): string =>
    name + cells.map((cell, column) => cell.padStart(columnWidths[column]!)).join('');
  return [
    row('  ', ['all', '.50', '.75', 'medium', 'large']),
    row('AP', [AP, AP50, AP75, APm, APl].map(formatScore)),
    row('AR', [AR, AR50, AR75, ARm, ARl].map(formatScore)),
  ].join('\n');
}

const columnWidths = [7, 7, 7, 8, 7];
