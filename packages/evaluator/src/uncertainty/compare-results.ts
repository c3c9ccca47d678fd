import { LimberError } from '@limber/files';
import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { scoreNames } from '../accumulate/keypoint-scores.ts';
import type { OksAccumulator } from '../accumulate/oks-accumulator.ts';
import type { Interval } from './interval.ts';
import { intervalOf } from './interval.ts';
import type { ResampleOptions } from './resample-scores.ts';
import { resampleDefaults, resampleScores } from './resample-scores.ts';

/** How two sets of results differ in one number. */
export interface ScoreDifference {
  /** The second less the first. */
  readonly difference: number;
  /** Of the difference. */
  readonly interval: Interval;
  /**
   * Two-sided: how often a difference at least as far from 0 would come about if there were none. At least
   * 1 / (resamples + 1).
   */
  readonly pValue: number;
}

/** The difference in each of the ten numbers; null where no person counts. */
export type ResultComparison = Readonly<Record<keyof KeypointScores, ScoreDifference | null>>;

/**
 * Tells a real difference between two sets of results for the same images from chance: a paired bootstrap, in which
 * both are scored on the same samples of images, so that images that are hard for both cancel out.
 *
 * @throws {LimberError} `invalid-argument` if the images differ or an option is invalid.
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 16.
 */
export function compareResults(
  first: OksAccumulator,
  second: OksAccumulator,
  options: ResampleOptions = {},
): ResultComparison {
  checkImages(first, second);
  const { confidence } = { ...resampleDefaults, ...options };
  const [before, after] = [first.evaluate(), second.evaluate()];
  const [samplesBefore, samplesAfter] = resampleScores([first, second], options);
  return Object.fromEntries(
    scoreNames.map((name) => {
      if (before[name] === -1 || after[name] === -1) return [name, null];
      const differences = pairedDifferences(samplesBefore![name], samplesAfter![name]);
      const difference = after[name] - before[name];
      const interval = intervalOf(differences, confidence);
      if (interval === undefined) return [name, null];
      return [name, { difference, interval, pValue: chanceOf(difference, differences) }];
    }),
  ) as unknown as ResultComparison;
}

function pairedDifferences(before: Float64Array, after: Float64Array): Float64Array {
  return before
    .map((value, sample) => (value === -1 ? NaN : after[sample]! - value))
    .filter((value) => !Number.isNaN(value));
}

/** The samples are moved so that they centre on 0, as they would without a difference. */
function chanceOf(difference: number, samples: Float64Array): number {
  const asFar = samples.filter(
    (sample) => Math.abs(sample - difference) >= Math.abs(difference) - 1e-12,
  ).length;
  return (asFar + 1) / (samples.length + 1);
}

function checkImages(first: OksAccumulator, second: OksAccumulator): void {
  const idsOf = (accumulator: OksAccumulator): number[] =>
    (accumulator.rankings()[0]?.images ?? []).map(({ id }) => id);
  const [firstIds, secondIds] = [idsOf(first), idsOf(second)];
  const odd = firstIds.findIndex((id, place) => id !== secondIds[place]);
  if (odd === -1 && firstIds.length === secondIds.length) return;
  throw new LimberError('invalid-argument', {
    where: 'second',
    what: 'not the same images',
    expected: `${firstIds.length} images, as in the first`,
    got: `${secondIds.length}, the first odd one ${secondIds[odd === -1 ? firstIds.length : odd]}`,
  });
}
