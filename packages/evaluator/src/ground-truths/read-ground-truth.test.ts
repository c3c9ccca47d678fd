import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GroundTruthFile } from './ground-truth.ts';
import { readGroundTruth } from './read-ground-truth.ts';

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-truth-'));
  file = join(folder, 'truth.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function readCategories(...categories: readonly object[]): Promise<GroundTruthFile> {
  await writeFile(file, JSON.stringify({ images: [], annotations: [], categories }));
  return await readGroundTruth(file);
}

const dog = { id: 1, name: 'dog', keypoints: ['nose', 'tail'] };
const cat = { ...dog, id: 2, name: 'cat' };

it('several categories with as many joints are read, the first of them by itself too', async () => {
  const { category, categories } = await readCategories(dog, cat);
  expect(category).toEqual(dog);
  expect(categories).toEqual([dog, cat]);
});

it('categories with different numbers of joints are refused', async () => {
  const bird = { id: 3, name: 'bird', keypoints: ['beak'] };
  await expect(readCategories(dog, cat, bird)).rejects.toThrow(
    `${file}: categories: categories with different numbers of joints: expected 2 joints, as "dog" has, ` +
      'got 1 in "bird". Split the file by category.',
  );
});

it('limbs are kept where all of them are between joints', async () => {
  const drawn = { ...dog, skeleton: [[1, 2]] };
  expect((await readCategories(drawn)).category).toStrictEqual(drawn);
  for (const wrong of [
    [0, 1],
    [2, 3],
  ]) {
    const skeleton = [[1, 2], wrong];
    expect((await readCategories({ ...dog, skeleton })).category).toStrictEqual(dog);
  }
});
