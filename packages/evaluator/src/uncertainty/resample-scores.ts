import { LimberError } from '@limber/files';
import { createRandom } from '@limber/keypoints';
import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { scoreNames, summarize } from '../accumulate/keypoint-scores.ts';
import type { OksAccumulator } from '../accumulate/oks-accumulator.ts';
import { drawPrecisionRecall } from '../accumulate/precision-recall.ts';

/** How images are drawn. */
export interface ResampleOptions {
  /** How many samples are drawn. More make the ends of an interval steadier, at 2 ms each for 50,000 detections. */
  readonly resamples?: number;
  /** The same seed draws the same images. */
  readonly seed?: number;
  /** Part of the samples that an interval spans, in (0, 1). */
  readonly confidence?: number;
}

export const resampleDefaults: Required<ResampleOptions> = {
  resamples: 1000,
  seed: 0,
  confidence: 0.95,
};

/** [resamples] values of each of the ten numbers; -1 where a sample had no person that counts. */
export type ScoreSamples = Readonly<Record<keyof KeypointScores, Float64Array>>;

/**
 * Draws as many images as there are, with replacement, again and again, and scores each sample (Efron's bootstrap).
 * Matching is done once: an image drawn twice counts twice when precision over recall is drawn.
 *
 * @returns samples of each accumulator; sample i of all of them has the same images.
 * @throws {LimberError} `invalid-argument` if the accumulators do not have the same images, or an option is invalid.
 */
export function resampleScores(
  accumulators: readonly OksAccumulator[],
  options: ResampleOptions,
): ScoreSamples[] {
  const { resamples, seed, confidence } = { ...resampleDefaults, ...options };
  checkCount(resamples);
  checkConfidence(confidence);
  const all = accumulators.map((accumulator) => ({
    rankings: accumulator.rankings(),
    ranges: accumulator.areaRanges,
    samples: createSamples(resamples),
  }));
  const imageCount = all[0]?.rankings[0]?.images.length ?? 0;
  const random = createRandom(seed, 'images');
  const weights = new Float64Array(imageCount);
  for (let sample = 0; sample < resamples; sample++) {
    weights.fill(0);
    for (let drawn = 0; drawn < imageCount; drawn++) weights[random.integer(0, imageCount - 1)]!++;
    for (const { rankings, ranges, samples } of all) {
      const scores = summarize(drawPrecisionRecall(rankings, weights), ranges);
      for (const name of scoreNames) samples[name][sample] = scores[name];
    }
  }
  return all.map(({ samples }) => samples);
}

function createSamples(resamples: number): ScoreSamples {
  return Object.fromEntries(
    scoreNames.map((name) => [name, new Float64Array(resamples)]),
  ) as unknown as ScoreSamples;
}

function checkCount(resamples: number): void {
  if (Number.isInteger(resamples) && resamples > 0) return;
  const expected = 'an integer > 0';
  const problem = { where: 'resamples', what: 'not a count', expected, got: `${resamples}` };
  throw new LimberError('invalid-argument', problem);
}

function checkConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  const expected = 'a number between 0 and 1';
  const problem = { where: 'confidence', what: 'not a part', expected, got: `${confidence}` };
  throw new LimberError('invalid-argument', problem);
}
