import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@limber/engine';
import { createRandom, readCoco } from '@limber/keypoints';
import { createModel, saveModel } from '@limber/model-zoo';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limber, root, startLimber } from './limber-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-label-'));
const photographs = 8;

beforeAll(async () => {
  const engine = await loadEngine({ backend: 'javascript' });
  const inputSize = { height: 32, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount: 3 }, { seed: 4 });
  const skeleton = {
    name: 'person',
    keypoints: ['nose', 'left_wrist', 'right_wrist'],
    links: [[0, 1] as const, [0, 2] as const],
    pairs: [[1, 2] as const],
    upperBody: [0, 1, 2],
    lowerBody: [],
    sigmas: [0.1, 0.1, 0.1],
  };
  await saveModel(join(folder, 'run/train/model'), model, { skeleton });
  model.dispose();
  mkdirSync(join(folder, 'photos'));
  for (let index = 0; index < photographs; index++) {
    const random = createRandom('photo', index);
    const data = Uint8Array.from({ length: 48 * 40 * 3 }, () => random.uniform(0, 255));
    const image = sharp(data, { raw: { height: 48, width: 40, channels: 3 } });
    await image.toFile(join(folder, 'photos', `${'abcdefgh'[index]!}.png`));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('label says what it labelled, what it left out, and where it is', async () => {
  const words = ['dataset', 'label', 'photos', '--teacher', 'run', '--whole-image'];
  const { exitCode, stdout, stderr } = await limber([...words, '--min-score', '-1'], folder);
  expect(exitCode, stderr).toBe(0);
  const [first, ...rest] = stdout.trimEnd().split('\n');
  expect(first).toMatch(
    /^8 persons in 8 images labelled by limber-tiny [0-9a-f]{12}; every label says so\.$/,
  );
  expect(rest.at(-1)).toBe('labelled: annotations.json, and the images in images/');
  const sent = [...words, '--to', 'cvat', '--out'];
  const none = await limber([...sent, 'none', '--min-score', '-1'], folder);
  expect(none.stdout).toContain('\nNobody is uncertain, so there is nothing to correct: ');
  const all = await limber([...sent, 'all', '--min-score', '1'], folder);
  expect(all.stdout).toContain(
    '\n8 images with an uncertain person, or nobody: upload all/correct/annotations.xml to CVAT as "CVAT 1.1", into a task whose labels are labels.json beside it.\n',
  );
});

test('the first stage of the pipeline label labels, and then is not run again', async () => {
  const words = ['pipeline', 'run', join(root, 'pipelines/label.yaml'), '--only', 'label'];
  const label = '{wholeImage: true, minScore: 0}';
  const sets = { photos: 'photos', model: 'run/train/model', label };
  const given = Object.entries(sets).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const run = async (): Promise<unknown> => {
    const { stdout, stderr, exitCode } = await limber([...words, ...given, '--json'], folder);
    expect(exitCode, stderr).toBe(0);
    const { stages } = JSON.parse(stdout) as { stages: { name: string; outcome: string }[] };
    return stages.filter(({ outcome }) => outcome !== 'skipped');
  };
  expect(await run()).toMatchObject([{ name: 'label', outcome: 'ran' }]);
  expect(await run()).toMatchObject([{ name: 'label', outcome: 'cached' }]);
  const { images } = await readCoco(
    join(folder, 'runs/label/latest/label/dataset/annotations.json'),
  );
  expect(images).toHaveLength(photographs);
});

test('Ctrl-C in the middle leaves nothing half-written, and the same command goes on', async () => {
  const place = join(folder, 'stopped');
  mkdirSync(join(place, 'photos'), { recursive: true });
  const many = 400;
  for (let index = 0; index < many; index++) {
    copyFileSync(join(folder, 'photos/a.png'), join(place, 'photos', `${index}.png`));
  }
  const words = ['dataset', 'label', 'photos', '--teacher', '../run', '--whole-image'];
  const { child, ended } = startLimber(words, place);
  const journal = join(place, '.labelled.labelling/labels.jsonl');
  const linesThere = (): number =>
    existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 1 : 0;
  while (child.exitCode === null && linesThere() < 6) {
    await new Promise((done) => setTimeout(done, 5));
  }
  child.kill('SIGINT');
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/Interrupted: the same command goes on from here\.\n$/);
  expect(readdirSync(place).toSorted()).toEqual(['.labelled.labelling', 'photos']);
  const labelled = linesThere() - 1;
  expect(labelled).toBeLessThan(many);
  const again = await limber([...words, '--min-score', '-1'], place);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stderr).toContain(`Going on: ${labelled} images labelled before.\n`);
  const { images } = await readCoco(join(place, 'labelled/annotations.json'));
  expect(images).toHaveLength(many);
  expect(readdirSync(place).toSorted()).toEqual(['labelled', 'photos']);
});
