import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentsAt } from '../fixtures/checkpoint-contents.suite.ts';
import type { CheckpointContents } from './checkpoint.ts';
import { writeCheckpoint } from './checkpoint-file.ts';
import { diffCheckpoints } from './diff-checkpoints.ts';
import { differencesOf } from './differences.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const array = (values: readonly number[], shape: readonly number[] = [values.length]) => ({
  dtype: 'F32' as const,
  shape,
  data: Float32Array.from(values),
});

async function diff(first: CheckpointContents['arrays'], second: CheckpointContents['arrays']) {
  const files = [join(folder, 'first'), join(folder, 'second')] as const;
  await writeCheckpoint(files[0], contentsAt({}, first));
  await writeCheckpoint(files[1], contentsAt({}, second));
  return diffCheckpoints(...files);
}

test('arrays differ by name, by shape, or by so many numbers and at most so much', async () => {
  const { facts, arrays } = await diff(
    {
      'weights/z': array([1]),
      'weights/same': array([Number.NaN, 1]),
      'weights/numbers': array([1, 3, -3, 5]),
      'weights/shape': array([1, 2, 3, 4], [2, 2]),
    },
    {
      'weights/a': array([1]),
      'weights/same': array([Number.NaN, 1]),
      'weights/numbers': array([1, 3.5, 3, 5.25]),
      'weights/shape': array([1, 2, 3, 4], [4, 1]),
    },
  );
  expect(facts).toEqual([]);
  const numbers = { differing: 3, numbers: 4, largestDifference: 6 };
  expect(arrays).toEqual([
    { name: 'weights/a', type: 'only-in-second' },
    { name: 'weights/numbers', type: 'other-numbers', ...numbers },
    { name: 'weights/shape', type: 'other-shape', shapes: ['2x2', '4x1'] },
    { name: 'weights/z', type: 'only-in-first' },
  ]);
});

test('a number that is NaN in one of them makes the largest difference NaN, wherever it stands', async () => {
  const pairs = [
    [
      [Number.NaN, 1],
      [0, 9],
    ],
    [
      [1, 0],
      [9, Number.NaN],
    ],
  ] as const;
  for (const [first, second] of pairs) {
    const { arrays } = await diff({ 'weights/a': array(first) }, { 'weights/a': array(second) });
    expect(arrays).toMatchObject([{ differing: 2, numbers: 2, largestDifference: Number.NaN }]);
  }
});

test('facts differ where a record meets something else, as a whole', () => {
  const [from, to] = [
    { a: { b: 1, c: 2 }, same: [1] },
    { a: { b: 1 }, same: [1] },
  ];
  expect(differencesOf(from, to)).toEqual([{ path: 'a.c', from: '2', to: 'absent' }]);
  expect(differencesOf({ a: { b: 1 } }, { a: 5 })).toEqual([
    { path: 'a', from: '{"b":1}', to: '5' },
  ]);
  expect(differencesOf({ a: null }, { a: { b: 1 } })).toEqual([
    { path: 'a', from: 'null', to: '{"b":1}' },
  ]);
});
