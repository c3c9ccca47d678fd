import { describe, expect, it } from 'vitest';
import { areaOfResult, areaSourceOf } from './area-of-result.ts';
import type { CocoResult } from './coco-result.ts';
import { toResultTable } from './result-table.ts';

const open: CocoResult = { image_id: 1, category_id: 1, score: 1, keypoints: [3, 4, 1, 13, 9, 1] };
const boxed: CocoResult = { ...open, bbox: [1, 2, 30, 40] };

describe('areas are those of', () => {
  it.each<[string, readonly CocoResult[]]>([
    ['box', [boxed, boxed]],
    ['keypoints', [open, open]],
    ['keypoints', []],
  ])('the %s', (source, results) => {
    for (const lenient of [true, false]) {
      expect(areaSourceOf(toResultTable(results), lenient)).toBe(source);
    }
  });

  it('joints where the first result has no box, if that is lenient', () => {
    expect(areaSourceOf(toResultTable([open, boxed]), true)).toBe('keypoints');
  });
});

describe('boxes in some results only are refused', () => {
  it.each([true, false])('where the first has one (lenient: %s)', (lenient) => {
    const table = toResultTable([boxed, boxed, open]);
    expect(() => areaSourceOf(table, lenient)).toThrow(
      'results[2].bbox: boxes in some results only: expected a box, since the first result has one, got none. ' +
        'pycocotools stops here with a KeyError. Give every result a bbox, or none.',
    );
    expect(() => areaOfResult(table, 2, 'box')).toThrow('results[2].bbox: boxes in some results');
  });

  it('where the first has none', () => {
    expect(() => areaSourceOf(toResultTable([open, boxed]), false)).toThrow(
      'results[1].bbox: boxes in some results only: expected none, since the first result has none, got a box. ' +
        'pycocotools takes every area from the joints then, which changes APm and APl. Give every result a bbox, or none.',
    );
  });
});

it('is that of the box, or of the smallest one around all joints', () => {
  const table = toResultTable([boxed]);
  expect(areaOfResult(table, 0, 'box')).toBe(1200);
  expect(areaOfResult(table, 0, 'keypoints')).toBe(50);
});
