import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadEngine } from '@limber/engine';
import { createRandom } from '@limber/keypoints';
import { createModel, saveModel } from '@limber/model-zoo';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';
import { packTinyShards } from '../packages/pose-trainer/src/fixtures/tiny-shards.suite.ts';
import {
  useSlurm,
  whyNoSlurm,
} from '../packages/runner/src/execution/slurm/slurm-cluster.suite.ts';
import { limber, main, startLimber } from './limber-command.ts';
import { childRanks } from './rank-processes.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = mkdtempSync(join(tmpdir(), 'limber-divided-'));
const skeleton = {
  name: 'person',
  keypoints: ['head', 'left_hand', 'right_hand'],
  links: [],
  pairs: [[1, 2] as const],
  upperBody: [0, 1, 2],
  lowerBody: [],
  sigmas: [0.1, 0.1, 0.1],
};
const images = 5;

beforeAll(async () => {
  const engine = await loadEngine({ backend: 'javascript' });
  const inputSize = { height: 32, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount: 3 }, { seed: 4 });
  await saveModel(join(root, 'model'), model, { skeleton });
  model.dispose();
  mkdirSync(join(root, 'photos'));
  const random = createRandom('photos');
  for (let index = 0; index < images; index++) {
    const size = { width: 40 + 8 * index, height: 64, channels: 3 as const };
    const bytes = Buffer.alloc(size.width * size.height * 3).map(() => random.uniform(0, 256));
    await sharp(bytes, { raw: size })
      .png()
      .toFile(join(root, 'photos', `${index}.png`));
  }
  await packTinyShards(root, { train: 2, val: 7 });
});
afterAll(() => rmSync(root, { recursive: true }));

/** As many threads as each of two processes has. */
const asOne = [
  '-c',
  Array.from({ length: Math.max(1, availableParallelism() >> 1) }, (_, at) => at).join(),
];

const predictWords = (out: string, photos = 'photos'): string[] => [
  'predict',
  '--weights',
  'model',
  '--whole-image',
  '--out',
  out,
  photos,
];

/** Every file of a folder. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

/** What is left of folders that were being filled. */
const partial = (): string[] => readdirSync(root).filter((name) => name.includes('.partial-'));

describe.runIf(hasNativeEngine && process.platform === 'linux')('two processes', () => {
  test('predict images into one folder with the bytes of one process', async () => {
    execFileSync('taskset', [...asOne, process.execPath, main, ...predictWords('alone')], {
      cwd: root,
      stdio: 'ignore',
    });
    const words = ['launch', '-n', '2', ...predictWords('both'), '--json'];
    const { exitCode, stdout, stderr } = await limber(words, root);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ images, persons: images, out: 'both' });
    const files = filesOf(join(root, 'both'));
    expect(Object.keys(files)).toHaveLength(images + 3);
    expect(files).toEqual(filesOf(join(root, 'alone')));
    expect(partial()).toEqual([]);
  });

  test('evaluate with the bytes of one process', async () => {
    const stage = (name: string, processes: number): string =>
      `  ${name}: { uses: evaluate, inputs: { model: model, shards: val }, outputs: [evaluation], with: { batchSize: 2, processes: ${processes} } }\n`;
    writeFileSync(join(root, 'one.yaml'), `name: one\nstages:\n${stage('evaluate', 1)}`);
    writeFileSync(join(root, 'two.yaml'), `name: two\nstages:\n${stage('evaluate', 2)}`);
    const run = (name: string): string[] => [main, 'pipeline', 'run', `${name}.yaml`, '--json'];
    execFileSync('taskset', [...asOne, process.execPath, ...run('one')], {
      cwd: root,
      stdio: 'ignore',
    });
    const { exitCode, stdout } = await limber(run('two').slice(1), root);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    const [one, two] = ['one', 'two'].map((name) =>
      filesOf(join(root, 'runs', name, 'latest/evaluate/evaluation')),
    );
    expect(Object.keys(two!)).toContain('predictions.json');
    expect(two).toEqual(one);
  });

  test('end with the error of the one that has one, and leave nothing', async () => {
    mkdirSync(join(root, 'broken'));
    for (const name of ['0.png', '2.png']) {
      writeFileSync(join(root, 'broken', name), readFileSync(join(root, 'photos', name)));
    }
    writeFileSync(join(root, 'broken/1.png'), 'no image');
    const words = ['launch', '-n', '2', '--', ...predictWords('none', 'broken')];
    const { exitCode, stderr } = await limber(words, root);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('rank 1 of 2: broken/1.png: not a readable image');
    expect(stderr.match(/not a readable image/g)).toHaveLength(1);
    expect(existsSync(join(root, 'none'))).toBe(false);
    expect(partial()).toEqual([]);
    const skipping = await limber([...words, '--skip-bad-images', '--json'], root);
    expect(JSON.parse(skipping.stdout)).toMatchObject({
      images: 2,
      skipped: [{ file: 'broken/1.png' }],
    });
  });

  test.each([
    { rank: 0, signal: 'SIGKILL', exitCode: 1, error: 'rank 0 of 2: it ended with SIGKILL.' },
    { rank: 1, signal: 'SIGKILL', exitCode: 1, error: 'rank 1 of 2: it ended with SIGKILL.' },
    {
      rank: 1,
      signal: 'SIGTERM',
      exitCode: 143,
      error: 'rank 1 of 2: Interrupted: nothing was written.',
    },
    { rank: null, signal: 'SIGTERM', exitCode: 143, error: 'Interrupted: nothing was written.' },
  ] as const)(
    'of which rank $rank (null: all) gets a $signal end with one error, and the next run finishes',
    async ({ rank, signal, exitCode, error }) => {
      const out = `struck-${rank}-${signal}`;
      const words = ['launch', '-n', '2', '--', ...predictWords(out)];
      const { child, ended } = startLimber(words, root);
      while (childRanks(child.pid!).size < 2 || partial().length === 0) await setTimeout(5);
      process.kill(rank === null ? child.pid! : childRanks(child.pid!).get(rank)!, signal);
      const { stderr, ...end } = await ended;
      expect(end).toEqual({ exitCode });
      expect(stderr.split('\n').filter((line) => line.includes(error))).toHaveLength(1);
      expect(existsSync(join(root, out))).toBe(false);
      expect(await limber(words, root)).toMatchObject({ exitCode: 0 });
      expect(filesOf(join(root, out))).toEqual(filesOf(join(root, 'alone')));
      expect(partial()).toEqual([]);
    },
  );

  describe.runIf(whyNoSlurm() === undefined)('that are tasks of a job of Slurm', () => {
    useSlurm(['localhost']);

    test('predict images into one folder with the bytes of one process', () => {
      const step = ['--ntasks=2', '--kill-on-bad-exit=1', process.execPath, main];
      execFileSync('srun', [...step, ...predictWords('tasks'), '--data-parallel'], {
        cwd: root,
        stdio: 'ignore',
      });
      expect(filesOf(join(root, 'tasks'))).toEqual(filesOf(join(root, 'alone')));
    });
  });

  test.each([
    [
      ['launch', '-n', '2', '--', 'train.yaml'],
      'limber launch: what several processes do together: expected the command train or predict, got "train.yaml". Write: limber launch -n 2 -- train train.yaml',
    ],
    [
      ['launch', '-n', '2', 'pack', 'data', 'out', '--input-size', '64x64'],
      'limber launch: what several processes do together: expected the command train or predict, got "pack". Everything else is done by one process; stages of a pipeline have `processes` among their parameters.',
    ],
    [
      ['launch', '--addresses', 'a:1,b:1', '--rank', '1', '--', ...predictWords('none')],
      '--addresses: predict on several machines: expected -n <processes> on one machine, or the tasks of a step of srun with --data-parallel, got a:1,b:1.',
    ],
  ])('%j is refused', async (words, message) => {
    expect(await limber(words, root)).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });
});
