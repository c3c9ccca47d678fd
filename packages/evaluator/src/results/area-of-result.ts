import { LimberError } from '@limber/files';
import type { ResultTable } from './result-table.ts';

/** Where a detection's area comes from: its `bbox`, or the smallest box around all its joints. */
export type AreaSource = 'box' | 'keypoints';

/**
 * Square pixels of a detection; decides whether an unmatched one counts among medium or large persons.
 *
 * @throws {LimberError} `invalid-annotations` if it is to be that of the box and there is none.
 */
export function areaOfResult(table: ResultTable, row: number, source: AreaSource): number {
  if (source === 'box') {
    if (table.hasBox[row] === 0) throw boxesInSome(row, 'box');
    return table.boxes[4 * row + 2]! * table.boxes[4 * row + 3]!;
  }
  const { keypoints, keypointStarts } = table;
  const end = keypointStarts[row + 1]!;
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let at = keypointStarts[row]!; at < end; at += 3) {
    const x = keypoints[at]!;
    const y = keypoints[at + 1]!;
    // NaN stays NaN
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return (right - left) * (bottom - top);
}

/**
 * Where pycocotools takes the areas of a list of results from: it asks the first one, and takes the rest to be alike.
 *
 * @throws {LimberError} `invalid-annotations` if some have boxes and others not, unless `lenient` and the first has none.
 */
export function areaSourceOf({ hasBox }: ResultTable, lenient: boolean): AreaSource {
  const source = hasBox[0] === 1 ? 'box' : 'keypoints';
  if (lenient && source === 'keypoints') return source;
  const odd = hasBox.findIndex((has) => has !== hasBox[0]);
  if (odd === -1) return source;
  throw boxesInSome(odd, source);
}

function boxesInSome(row: number, source: AreaSource): LimberError {
  const where = `results[${row}].bbox`;
  const what = 'boxes in some results only';
  const fix = 'Give every result a bbox, or none.';
  if (source === 'box') {
    return new LimberError('invalid-annotations', {
      where,
      what,
      expected: 'a box, since the first result has one',
      got: 'none',
      fix: `pycocotools stops here with a KeyError. ${fix}`,
    });
  }
  return new LimberError('invalid-annotations', {
    where,
    what,
    expected: 'none, since the first result has none',
    got: 'a box',
    fix: `pycocotools takes every area from the joints then, which changes APm and APl. ${fix}`,
  });
}
