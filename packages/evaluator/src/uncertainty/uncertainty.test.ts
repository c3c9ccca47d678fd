import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@limber/keypoints';
import { accumulateKeypoints } from '../evaluate-keypoints.ts';
import { scoreNames, summarize } from '../accumulate/keypoint-scores.ts';
import type { OksAccumulator } from '../accumulate/oks-accumulator.ts';
import { drawPrecisionRecall } from '../accumulate/precision-recall.ts';
import { areaRanges } from '../coco-protocol.ts';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, exactResults, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import { compareResults } from './compare-results.ts';
import { estimateIntervals } from './estimate-intervals.ts';

const accumulator = accumulateKeypoints(cocoTiny, stretchedResults);

it('an image that counts twice scores as one that is there twice', () => {
  const ids = cocoTiny.images.map(({ id }) => id);
  const counts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(counts, (weights) => {
      const copies = ids.flatMap((id, place) =>
        Array.from({ length: weights[place]! }, (_, copy) => ({ id, copy: id * 10 + copy })),
      );
      const copied = <T extends { image_id: number }>(items: readonly T[]): T[] =>
        copies.flatMap(({ id, copy }) =>
          items.filter((item) => item.image_id === id).map((item) => ({ ...item, image_id: copy })),
        );
      const truth = {
        ...cocoTiny,
        images: copies.map(({ copy }) => ({ id: copy })),
        annotations: copied(cocoTiny.annotations).map((person, at) => ({ ...person, id: at + 1 })),
      };
      const expected = evaluateKeypoints(truth, copied(stretchedResults));
      const rankings = accumulator.rankings();
      const sample = drawPrecisionRecall(rankings, Float64Array.from(weights));
      const scores = summarize(sample, areaRanges);
      for (const name of scoreNames) expect(scores[name]).toBe(expected[name]);
    }),
    { seed: 1 },
  );
});

describe('intervals', () => {
  it('hold the number, are the same for the same seed, and narrow with confidence', () => {
    const wide = estimateIntervals(accumulator, { resamples: 200, seed: 3 });
    expect(estimateIntervals(accumulator, { resamples: 200, seed: 3 })).toEqual(wide);
    expect(wide.AP!.low).toBeLessThan(accumulator.evaluate().AP);
    expect(wide.AP!.high).toBeGreaterThan(accumulator.evaluate().AP);
    const narrow = estimateIntervals(accumulator, { resamples: 200, seed: 3, confidence: 0.5 });
    expect(narrow.AP!.low).toBeGreaterThan(wide.AP!.low);
    expect(narrow.AP!.high).toBeLessThan(wide.AP!.high);
  });
  it('hold the AP of very many images in about 95 of 100 samples of them', () => {
    const { AP } = noisyDataset('population', { images: 6000, noisePx: 8 })(0, 6000).evaluate();
    const held = Array.from({ length: 60 }, (_, part) => {
      const sample = noisyDataset(`part ${part}`, { images: 100, noisePx: 8 })(0, 100);
      const { low, high } = estimateIntervals(sample, { resamples: 100 }).AP!;
      return low <= AP && AP <= high;
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(51);
  });
  it('span nothing where there is one image to draw', () => {
    const [{ id }] = cocoTiny.images as [{ id: number }];
    const isThere = ({ image_id }: { image_id: number }): boolean => image_id === id;
    const truth = {
      ...cocoTiny,
      images: [{ id }],
      annotations: cocoTiny.annotations.filter(isThere).slice(0, 1),
    };
    const one = accumulateKeypoints(truth, exactResults.filter(isThere).slice(0, 1));
    const { AP } = one.evaluate();
    expect(estimateIntervals(one, { resamples: 5 }).AP).toEqual({ low: AP, high: AP });
  });
  it('are null where no person counts', () => {
    const none = accumulateKeypoints({ ...cocoTiny, annotations: [] }, []);
    expect(estimateIntervals(none, { resamples: 10 }).AP).toBe(null);
  });
  it.each([
    [{ resamples: 0 }, 'resamples: not a count: expected an integer > 0, got 0.'],
    [{ confidence: 1 }, 'confidence: not a part: expected a number between 0 and 1, got 1.'],
    [{ confidence: 0 }, 'confidence: not a part: expected a number between 0 and 1, got 0.'],
    [{ confidence: -0.5 }, 'confidence: not a part: expected a number between 0 and 1, got -0.5.'],
    [{ confidence: NaN }, 'confidence: not a part: expected a number between 0 and 1, got NaN.'],
  ])('refuse %o', (options, message) => {
    expect(() => estimateIntervals(accumulator, options)).toThrow(message);
  });
});

describe('a comparison', () => {
  it('of results with themselves finds nothing', () => {
    const { AP } = compareResults(accumulator, accumulator, { resamples: 50 });
    expect(AP).toEqual({ difference: 0, interval: { low: 0, high: 0 }, pValue: 1 });
  });
  it('finds a real difference, and none between two noises of the same kind', () => {
    const coarse = noisyDataset('a', { images: 60, noisePx: 10 })(0, 60);
    const fine = noisyDataset('a', { images: 60, noisePx: 5 })(0, 60);
    const real = compareResults(coarse, fine, { resamples: 200 }).AP!;
    expect(real.difference).toBeGreaterThan(0.1);
    expect(real.interval.low).toBeGreaterThan(0);
    expect(real.pValue).toBeLessThan(0.01);
    const other = noisyDataset('a', { images: 60, noisePx: 10 }, 'other noise')(0, 60);
    expect(compareResults(coarse, other, { resamples: 200 }).AP!.pValue).toBeGreaterThan(0.05);
  });
  it('leaves out samples in which nobody counts', () => {
    // large persons are in one of two images only
    const isLarge = ({ area }: { area: number }): boolean => area > 96 ** 2;
    const [large] = cocoTiny.annotations.filter(isLarge);
    const images = [{ id: 1 }, { id: 2 }];
    const truth = { ...cocoTiny, images, annotations: [{ ...large!, image_id: 1 }] };
    const found = { image_id: 1, category_id: 1, score: 1, keypoints: large!.keypoints };
    const [nothing, all] = [[], [found]].map((results) => accumulateKeypoints(truth, results));
    const { ARl } = compareResults(nothing!, all!, { resamples: 50 });
    expect(ARl).toMatchObject({ difference: 1, interval: { low: 1, high: 1 } });
    // about three quarters of the samples have the first image
    expect(ARl!.pValue).toBeGreaterThan(1 / 50);
    expect(ARl!.pValue).toBeLessThan(1 / 20);
  });
  it.each([
    ['fewer', [785], '1, the first odd one undefined'],
    ['others', [139, 785, 872, 999], '4, the first odd one 139'],
    ['more', [785, 872, 885, 1000, 2000], '5, the first odd one 2000'],
    ['another in the middle', [785, 872, 900, 1000], '4, the first odd one 900'],
  ])('needs the same images, not %s', (_, ids, got) => {
    const [own, other] = [[785, 872, 885, 1000], ids].map((list) => {
      const images = list.map((id) => ({ id }));
      return accumulateKeypoints({ ...cocoTiny, images, annotations: [] }, []);
    });
    expect(() => compareResults(own!, other!)).toThrow(
      `second: not the same images: expected 4 images, as in the first, got ${got}.`,
    );
  });
});

/** Persons of 100 px with results off by normal noise; of images from one to before another. */
function noisyDataset(
  key: string,
  { images, noisePx }: { readonly images: number; readonly noisePx: number },
  noiseKey = '',
): (from: number, to: number) => OksAccumulator {
  const random = createRandom(key);
  const noise = createRandom(key, noiseKey);
  const persons = Array.from({ length: images }, (_, image) => ({
    id: image + 1,
    image_id: image,
    category_id: 1,
    keypoints: Array.from({ length: 51 }, (_, at) => (at % 3 === 2 ? 2 : random.uniform(0, 100))),
    num_keypoints: 17,
    bbox: [0, 0, 100, 100] as const,
    area: 5000,
    iscrowd: 0 as const,
  }));
  const results = persons.map(({ image_id, keypoints }) => {
    const spread = noisePx * noise.uniform(0.5, 1.5);
    const moved = keypoints.map((value) => value + spread * noise.normal());
    return { image_id, category_id: 1, keypoints: moved, score: noise.uniform() };
  });
  return (from, to) => {
    const isIn = ({ image_id }: { image_id: number }): boolean => image_id >= from && image_id < to;
    const truth = {
      images: persons.filter(isIn).map(({ image_id }) => ({ id: image_id })),
      annotations: persons.filter(isIn),
      category: cocoTiny.category,
    };
    return accumulateKeypoints(truth, results.filter(isIn));
  };
}
