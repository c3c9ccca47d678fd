import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { scoreNames } from '../accumulate/keypoint-scores.ts';
import type { OksAccumulator } from '../accumulate/oks-accumulator.ts';
import type { Interval } from './interval.ts';
import { intervalOf } from './interval.ts';
import type { ResampleOptions } from './resample-scores.ts';
import { resampleDefaults, resampleScores } from './resample-scores.ts';

/** The interval of each of the ten numbers; null where no person counts. */
export type ScoreIntervals = Readonly<Record<keyof KeypointScores, Interval | null>>;

/**
 * How far each number would move with other images of the same kind: the percentile interval of the bootstrap over
 * images. Persons of one image are not independent, which is why images are drawn and not persons.
 *
 * @throws {LimberError} `invalid-argument` for an invalid option.
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
 */
export function estimateIntervals(
  accumulator: OksAccumulator,
  options: ResampleOptions = {},
): ScoreIntervals {
  const { confidence } = { ...resampleDefaults, ...options };
  const [samples] = resampleScores([accumulator], options);
  return Object.fromEntries(
    scoreNames.map((name) => {
      const known = samples![name].filter((value) => value > -1);
      return [name, intervalOf(known, confidence) ?? null];
    }),
  ) as unknown as ScoreIntervals;
}
