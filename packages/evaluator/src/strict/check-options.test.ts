import { describe, expect, it } from 'vitest';
import type { AreaRange } from '../coco-protocol.ts';
import { areaRanges } from '../coco-protocol.ts';
import { checkAreaRanges, checkSigmas } from './check-options.ts';

describe('sigmas', () => {
  it('are numbers > 0, one for each joint', () => {
    expect(() => checkSigmas([0.1, 5e-324], 2)).not.toThrow();
  });

  it.each([0, -0.1, NaN, Infinity])('of %d are named', (bad) => {
    expect(() => checkSigmas([bad, 0.1], 2)).toThrow(
      `sigmas[0]: not a spread: expected a number > 0, got ${bad}. A joint without spread is never right, or right ` +
        'everywhere: AP would mean nothing.',
    );
    expect(() => checkSigmas([0.1, bad], 2)).toThrow('sigmas[1]: not a spread');
  });

  it.each([
    [[0.1], 2, '2 numbers, one a joint, got 1'],
    [[], 0, 'at least 1 number, got 0'],
  ])('%o for %d joints are too few', (sigmas, joints, what) => {
    expect(() => checkSigmas(sigmas, joints)).toThrow(
      `sigmas: wrong length: expected ${what}. pycocotools has 17 built in and stops at any other skeleton, so it ` +
        'would have given no AP.',
    );
  });
});

describe('area ranges', () => {
  const [all] = areaRanges;
  const range = (name: string, low: number, high: number): AreaRange => ({ name, low, high });

  it('may overlap, and may be a single number', () => {
    expect(() => checkAreaRanges(areaRanges)).not.toThrow();
    expect(() => checkAreaRanges([all!, range('one', 7, 7), range('more', 0, 9)])).not.toThrow();
  });

  it.each<[AreaRange[], string]>([
    [[], '[0]: not the range of all persons: expected the name "all", got "undefined".'],
    [
      [range('small', 0, 9), all!],
      '[0]: not the range of all persons: expected the name "all", got "small".',
    ],
    [[all!, range('all', 0, 9)], '[1]: a name twice: expected distinct names, got all.'],
    [[range('all', 9, 0)], '[0]: an empty range: expected low <= high, got 9 and 0.'],
    [[all!, range('odd', NaN, 9)], '[1]: an empty range: expected low <= high, got NaN and 9.'],
  ])('%o are refused', (ranges, message) => {
    expect(() => checkAreaRanges(ranges)).toThrow(`areaRanges${message}`);
  });
});
