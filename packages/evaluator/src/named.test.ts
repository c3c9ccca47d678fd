import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeypointEvaluation } from './accumulate/keypoint-evaluation.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import { largestDifference } from './fixtures/fuzz-cases.suite.ts';
import type { GroundTruthFile } from './ground-truths/ground-truth.ts';
import { readGroundTruth } from './ground-truths/read-ground-truth.ts';
import { readResultTable } from './results/read-results.ts';

interface NamedCase {
  readonly kind: string;
  readonly truth: object;
  readonly results: object;
  readonly stats?: readonly number[];
  readonly error?: string;
}

const fixture = new URL('fixtures/named.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: NamedCase[] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-named-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(kind: string) {
  const { truth, results, stats, error } = cases.find((one) => one.kind === kind)!;
  await writeFile(join(folder, 'truth.json'), JSON.stringify(truth));
  await writeFile(join(folder, 'results.json'), JSON.stringify(results));
  const groundTruth: GroundTruthFile = await readGroundTruth(join(folder, 'truth.json'));
  const table = await readResultTable(join(folder, 'results.json'));
  const evaluate = (lenient: boolean): KeypointEvaluation =>
    evaluateKeypoints(groundTruth, table, { convention: 'pycocotools', lenient });
  return { groundTruth, stats, error, evaluate };
}

describe('files with other names, categories and fields score as pycocotools says', () => {
  it.each(['names:coco', 'names:shuffled', 'names:others', 'two', 'sigmas'])('%s', async (kind) => {
    const { evaluate, stats } = await read(kind);
    expect(largestDifference(evaluate(false), stats!)).toBeLessThanOrEqual(1e-12);
  });

  it.each([
    ['area0', '.area: not an area'],
    ['count', '.num_keypoints: disagrees with the joints'],
    ['id0', '.id: id 0'],
  ])('%s, where lenient; else it is refused', async (kind, message) => {
    const { evaluate, stats } = await read(kind);
    expect(() => evaluate(false)).toThrow(message);
    expect(largestDifference(evaluate(true), stats!)).toBeLessThanOrEqual(1e-12);
  });

  it.each([
    ['area', 'KeyError', '.area: not its own'],
    ['other joints', 'ValueError', 'wrong number of joints: expected 17'],
  ])('%s, which stops it, is refused by name', async (kind, thrown, message) => {
    const { evaluate, error } = await read(kind);
    expect(error).toBe(thrown);
    expect(() => evaluate(false)).toThrow(message);
  });

  it.each(['num_keypoints', 'iscrowd'])(
    '%s, which stops it, is filled in and said',
    async (kind) => {
      const { evaluate, error, groundTruth } = await read(kind);
      expect(error).toBe('KeyError');
      expect(groundTruth.derivations.map(({ field }) => field)).toContain(kind);
      expect(evaluate(false).AP).toBeGreaterThan(0);
    },
  );
});
