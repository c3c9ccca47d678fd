import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { scoreNames } from '../accumulate/keypoint-scores.ts';

/** A line of the table: whose scores they are, and the scores. */
export interface ScoreRow {
  readonly label: string;
  readonly scores: KeypointScores;
}

/**
 * Scores of several results side by side as a table of plain text, three decimals, `-` where no person counts.
 *
 * @example
 * formatScoreRows([{ label: 'true boxes', scores }, { label: 'detected boxes', scores: others }])
 * //                    AP   AP50   AP75    APm    APl     AR   AR50   AR75    ARm    ARl
 * // true boxes      0.446  0.772  0.410  0.425  0.619  0.583  0.917  0.583  0.440  0.686
 * // detected boxes  0.371  0.679  0.312  0.425  0.502  0.517  0.833  0.500  0.440  0.571
 */
export function formatScoreRows(rows: readonly ScoreRow[]): string {
  const labelWidth = Math.max(...rows.map(({ label }) => label.length));
  const line = (label: string, cells: readonly string[]): string =>
    label.padEnd(labelWidth) + cells.map((cell) => cell.padStart(columnWidth)).join('');
  return [
    line('', scoreNames),
    ...rows.map(({ label, scores }) =>
      line(
        label,
        scoreNames.map((name) => formatScore(scores[name])),
      ),
    ),
  ].join('\n');
}

const columnWidth = 7;

/** Three decimals, or `-` for the -1 of a score without persons. */
export function formatScore(score: number): string {
  return score === -1 ? '-' : score.toFixed(3);
}

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
    name + cells.map((cell, column) => cell.padStart(areaColumnWidths[column]!)).join('');
  return [
    row('  ', ['all', '.50', '.75', 'medium', 'large']),
    row('AP', [AP, AP50, AP75, APm, APl].map(formatScore)),
    row('AR', [AR, AR50, AR75, ARm, ARl].map(formatScore)),
  ].join('\n');
}

const areaColumnWidths = [7, 7, 7, 8, 7];
