import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scoreNames } from './accumulate/keypoint-scores.ts';
import type { EvaluateKeypointsOptions } from './adapt-inputs.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import type { RandomFiles } from './fixtures/random-files.suite.ts';
import { cocoJoints, randomFiles } from './fixtures/random-files.suite.ts';
import type { RawFiles } from './fixtures/slow-evaluation.suite.ts';
import { slowEvaluation } from './fixtures/slow-evaluation.suite.ts';
import { readGroundTruth } from './ground-truths/read-ground-truth.ts';
import { readResultTable } from './results/read-results.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-random-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** How many of each outcome there must be, so that the test is about something. */
const least = { scored: 60, refused: 40, lenient: 5 };

it('random files are scored as by a slow evaluation, or refused for what is wrong with them', async () => {
  const outcomes = { scored: 0, refused: 0, lenient: 0 };
  for (let seed = 1; seed <= 160; seed++) {
    const random = createRandom(seed, 'random-files');
    const files = randomFiles(random);
    const options = randomOptions(random, files);
    const { sigmas, faults } = expectedOf(files, options);
    const outcome = await evaluate(files, options, random);
    if (sigmas === undefined || faults.length > 0) {
      expect(outcome, `seed ${seed}`).toBeInstanceOf(LimberError);
      const { message } = outcome as LimberError;
      const isNamed = faults.some((part) => message.includes(part));
      expect(isNamed, `seed ${seed}: ${message} is not about ${faults.join(' or ')}`).toBe(true);
      outcomes.refused++;
      continue;
    }
    if (outcome instanceof Error) throw new Error(`seed ${seed}`, { cause: outcome });
    const slow = slowEvaluation(withAreas(files), sigmas);
    const difference = Math.max(...slow.map((value, at) => Math.abs(value - outcome[at]!)));
    expect(difference, `seed ${seed}`).toBeLessThan(1e-9);
    outcomes[options.lenient === true && files.faults.length > 0 ? 'lenient' : 'scored']++;
  }
  for (const [name, count] of Object.entries(outcomes)) {
    expect(count, name).toBeGreaterThan(least[name as keyof typeof least]);
  }
});

function randomOptions(random: Random, { truth }: RandomFiles): EvaluateKeypointsOptions {
  const joints = (truth.categories[0]!['keypoints'] as string[]).length;
  const kind = random.pick(['none', 'none', 'pycocotools', 'pycocotools', 'given']);
  const sigmas = Array.from({ length: joints }, () => random.uniform(0.02, 0.15));
  return {
    ...(kind === 'given' ? { sigmas } : {}),
    ...(kind === 'pycocotools' ? { convention: kind } : {}),
    ...(random.chance(0.4) ? { lenient: true } : {}),
  };
}

/** The rules as the README has them. */
function expectedOf(
  files: RandomFiles,
  { sigmas, convention, lenient }: EvaluateKeypointsOptions,
): { readonly sigmas: readonly number[] | undefined; readonly faults: readonly string[] } {
  const kept = lenient === true ? [] : files.faults;
  if (sigmas !== undefined) return { sigmas, faults: kept };
  const names = files.truth.categories.map(({ keypoints }) => keypoints as string[]);
  if (convention === 'pycocotools') {
    const isUsual = names[0]!.length === cocoJoints.length;
    if (isUsual) return { sigmas: cocoJoints.map(([, sigma]) => sigma), faults: kept };
    return { sigmas: undefined, faults: ['wrong number of joints: expected 17'] };
  }
  if (files.ownSigmas !== undefined) return { sigmas: files.ownSigmas, faults: kept };
  const known = new Map(cocoJoints);
  const found = names.map((list) => list.map((name) => known.get(name)));
  if (found.flat().includes(undefined)) {
    return { sigmas: undefined, faults: ['no sigma is known for', 'other sigmas'] };
  }
  if (found.some((list) => list.join() !== found[0]!.join())) {
    return { sigmas: undefined, faults: ['other sigmas than category'] };
  }
  return { sigmas: found[0] as number[], faults: kept };
}

/** Lenient takes 0.53 of the box where an area is missing. */
function withAreas({ truth, results }: RandomFiles): RawFiles {
  const annotations = truth.annotations.map((person) => {
    const [, , width, height] = person['bbox'] as number[];
    return { area: Math.max(1, width! * height! * 0.53), ...person };
  });
  return { truth: { ...truth, annotations }, results };
}

/** Through the files, written in one of several layouts. */
async function evaluate(
  { truth, results }: RandomFiles,
  options: EvaluateKeypointsOptions,
  random: Random,
): Promise<number[] | LimberError> {
  const indent = random.pick([0, 1, '\t']);
  const [truthFile, resultFile] = [join(folder, 'truth.json'), join(folder, 'results.json')];
  const text = {
    truth: JSON.stringify(truth, null, indent),
    results: JSON.stringify(results, null, indent),
  };
  await writeFile(truthFile, text.truth);
  await writeFile(resultFile, text.results);
  try {
    const table = await readResultTable(resultFile);
    const scores = evaluateKeypoints(await readGroundTruth(truthFile), table, options);
    return scoreNames.map((name) => scores[name]);
  } catch (error) {
    if (error instanceof LimberError) return error;
    throw error;
  }
}
