import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MixedDataset } from '@limber/dataset-loader';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { openTraining } from './open-training.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-mix-'));
const train = join(root, 'train');
const val = join(root, 'val');
beforeAll(() => packTinyShards(root, { train: 6, val: 2 }));
afterAll(() => rmSync(root, { recursive: true }));

test('several shards give an epoch what mix says, in whatever order they are named', async () => {
  const data = await openTraining(
    { squats: train, others: val },
    { mix: { squats: 1, others: 3 } },
  );
  const turned = await openTraining(
    { others: val, squats: train },
    { mix: { others: 3, squats: 1 } },
  );
  const { dataset } = data;
  if (!(dataset instanceof MixedDataset)) throw new Error('not mixed');
  // an epoch of 8 persons; others comes first by name
  expect(dataset.counts).toEqual([6, 2]);
  const drawsOf = ({ dataset: one }: typeof data): number[] => {
    const drawAt = one.order({ seed: 1, epoch: 0, shuffle: true });
    return Array.from({ length: 8 }, (_, place) => drawAt(place).row);
  };
  expect(drawsOf(turned)).toEqual(drawsOf(data));
  expect(turned.digest).toBe(data.digest);
  data.close();
  turned.close();
});

test('a change of either shards, or of who is who, is a change of the data', async () => {
  const digestOf = async (shards: Record<string, string>): Promise<string> => {
    const data = await openTraining(shards, { mix: { a: 1, b: 1 } });
    data.close();
    return data.digest;
  };
  const digests = [
    await digestOf({ a: train, b: val }),
    await digestOf({ a: val, b: train }),
    await digestOf({ a: train, b: train }),
  ];
  expect(new Set(digests).size).toBe(3);
});

test.each([
  [
    { train, squats: val },
    null,
    'mix: not said how much of an epoch each of the training shards gives: expected a number for each of train, squats, got null.',
  ],
  [
    { train, squats: val },
    { train: 1, squat: 1 },
    'mix.squat: no shards of that name. Did you mean "squats"?',
  ],
  [train, { dancing: 1 }, 'mix.dancing: no shards of that name. Expected one of: train.'],
  [
    { train, squats: val },
    { train: 1 },
    'mix: the shards "squats" are given and not mixed in: expected a number above 0 for squats, got train. ' +
      'Add squats to mix, or leave out the input.',
  ],
])('%o with mix %o is refused', async (shards, mix, message) => {
  await expect(openTraining(shards, { mix })).rejects.toThrow(message);
});
