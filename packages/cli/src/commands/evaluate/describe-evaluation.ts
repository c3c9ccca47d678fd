import type { ErrorAnalysis, KeypointEvaluation, ScoreDifference } from '@limber/evaluator';
import {
  describeMeasure,
  formatScore,
  formatScoreRows,
  formatScores,
} from '@limber/evaluator/core';
import type { EvaluationOptions } from './evaluation-options.ts';
import type { EvaluationOutcome } from './run-evaluation.ts';

/** The outcome as plain text. */
export function describeEvaluation(outcome: EvaluationOutcome, options: EvaluationOptions): string {
  const { evaluation, detected, errors, pck } = outcome;
  const parts = [
    detected === undefined
      ? formatScores(evaluation)
      : formatScoreRows([
          { label: 'true boxes', scores: evaluation },
          { label: 'detected boxes', scores: detected },
        ]),
    describeExtraRanges(evaluation),
    describeCategories(evaluation),
    describeIntervals(outcome, options),
    describeComparison(outcome, options),
    errors === undefined ? '' : describeErrors(errors),
    pck === undefined
      ? ''
      : `PCK@${options.pck} (${options.pckBy}) ${pck.pck.toFixed(3)}, EPE ${pck.epe.toFixed(2)} px, ` +
        `NME ${pck.nme.toFixed(4)}, AUC ${pck.auc.toFixed(3)}; ${pck.missedCount} of ${pck.personCount} persons without a result`,
    describeBasis(outcome, options).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What the numbers rest on: sigmas, areas, and fields that were missing. A line each. */
export function describeBasis(
  { truth, sigmas }: EvaluationOutcome,
  { area }: EvaluationOptions,
): string[] {
  return [
    describeMeasure(truth, sigmas, area),
    ...truth.derivations
      .filter(({ field }) => field !== 'area')
      .map(({ field, rule, count }) => `${field} is missing in ${count}: ${rule}.`),
  ];
}

/** The ranges that the command line asked for; the others are in the table. */
function describeExtraRanges({ perArea }: KeypointEvaluation): string {
  const extra = perArea.filter(({ name }) => !['all', 'medium', 'large'].includes(name));
  return extra
    .map(({ name, AP, AR }) => `${name}: AP ${formatScore(AP)}, AR ${formatScore(AR)}`)
    .join('\n');
}

function describeCategories({ perCategory }: KeypointEvaluation): string {
  if (perCategory.length < 2) return '';
  return formatScoreRows(
    perCategory.map((scores) => ({ label: `category ${scores.categoryId}`, scores })),
  );
}

function describeIntervals(
  { evaluation, intervals }: EvaluationOutcome,
  { bootstrap, seed }: EvaluationOptions,
): string {
  if (intervals === undefined) return '';
  const lines = (['AP', 'AP50', 'AP75', 'AR'] as const).flatMap((name) => {
    const interval = intervals[name];
    if (interval === null) return [];
    const ends = `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
    return [`${name.padEnd(5)} ${formatScore(evaluation[name])}  95% ${ends}`];
  });
  const rests = `(${bootstrap} samples of ${evaluation.imageCount} images, seed ${seed})`;
  return [...lines, rests].join('\n');
}

function describeComparison({ other }: EvaluationOutcome, options: EvaluationOptions): string {
  if (other === undefined) return '';
  const lines = (['AP', 'AP50', 'AP75', 'AR'] as const).flatMap((name) => {
    const difference = other.comparison[name];
    return difference === null ? [] : [`${name.padEnd(5)} ${describeDifference(difference)}`];
  });
  return [`${options.compare} less ${options.results}:`, ...lines].join('\n');
}

function describeDifference({ difference, interval, pValue }: ScoreDifference): string {
  const ends = `${signed(interval.low)} to ${signed(interval.high)}`;
  const verdict = pValue < 0.05 ? 'more than chance would make' : 'no more than chance might make';
  return `${signed(difference)}  95% ${ends}  p ${pValue.toFixed(4)}: ${verdict}`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}

function describeErrors({ costs }: ErrorAnalysis): string {
  const lines = costs.map(
    ({ kind, count, cost }) =>
      `${kind.padEnd(11)}${String(count).padStart(8)}  ${signed(cost)} AP if corrected`,
  );
  return ['error         count', ...lines].join('\n');
}
