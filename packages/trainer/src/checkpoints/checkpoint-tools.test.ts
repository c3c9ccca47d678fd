import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModelCheckpoint } from '../callbacks/model-checkpoint.ts';
import { fitLinear } from '../fixtures/linear-fit.suite.ts';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { Trainer } from '../trainer.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { diffCheckpoints } from './diff-checkpoints.ts';
import { inspectCheckpoint } from './inspect-checkpoint.ts';
import { verifyCheckpoints } from './verify-checkpoints.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-tools-'));
const last = join(root, 'fit', 'last');
const file = join(last, 'epoch=2-step=9.safetensors');
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
  await fitLinear({ engine, folder: join(root, 'fit') });
});
afterAll(() => rmSync(root, { recursive: true }));

test('inspect says where a checkpoint was taken, and what it holds', async () => {
  expect(await inspectCheckpoint(file)).toMatchObject({
    file,
    version: 3,
    position: { epoch: 2, batch: 5, step: 9, samples: 60, point: 'epoch' },
    groups: [
      { name: 'callbacks/EMA', arrays: 3, numbers: 7 },
      { name: 'optimizer', arrays: 5, numbers: 9 },
      { name: 'weights', arrays: 3, numbers: 7 },
    ],
  });
});

test('verify tells whole checkpoints from damaged ones', async () => {
  const folder = mkdtempSync(join(root, 'damaged-'));
  const [good, bad] = [join(folder, 'a.safetensors'), join(folder, 'b.safetensors')];
  copyFileSync(file, good);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(bad, bytes);
  expect(await verifyCheckpoints([folder])).toMatchObject([
    { file: good, isWhole: true, step: 9 },
    { file: bad, isWhole: false },
  ]);
  expect(await verifyCheckpoints([good])).toMatchObject([{ file: good, isWhole: true }]);
  await expect(verifyCheckpoints([join(root, 'nowhere')])).rejects.toThrow(
    `${join(root, 'nowhere')}: not there.`,
  );
  await expect(verifyCheckpoints([root])).rejects.toThrow(
    `${root}: the folder holds no checkpoint.`,
  );
});

test('a fault of the program is not taken for a damaged checkpoint', async () => {
  const odd = join(root, 'odd.safetensors');
  const { facts, arrays } = await readCheckpoint(file);
  await writeCheckpoint(odd, { facts: { ...facts, position: undefined as never }, arrays });
  await expect(verifyCheckpoints([odd])).rejects.toThrow(TypeError);
});

test('diff finds nothing between a checkpoint and its copy, and what a step changed', async () => {
  const copy = join(root, 'copy.safetensors');
  copyFileSync(file, copy);
  expect(await diffCheckpoints(file, copy)).toEqual({ facts: [], arrays: [] });
  const before = join(last, 'epoch=2-step=8.safetensors');
  const { facts, arrays } = await diffCheckpoints(before, file);
  expect(facts).toContainEqual({ path: 'position.step', from: '8', to: '9' });
  expect(arrays).toContainEqual({
    name: 'weights/linear/bias',
    type: 'other-numbers',
    differing: 1,
    numbers: 1,
    largestDifference: expect.any(Number) as number,
  });
});

describe('ckptPath', () => {
  const trainerWith = (dirpath: string): Trainer<LinearBatch> =>
    new Trainer<LinearBatch>({
      engine,
      maxEpochs: 3,
      numSanityValSteps: 0,
      callbacks: [
        createModelCheckpoint({ dirpath, monitor: 'val/loss', saveTopK: 1, saveLast: true }),
      ],
    });

  test('best and last are those of the ModelCheckpoint', async () => {
    const module = createLinearModule(engine);
    const trainer = trainerWith(join(root, 'kept'));
    const data = { train: linearSource(5), val: linearSource(2) };
    await trainer.fit(module, data, { ckptPath: 'last' });
    const trained = readLinearWeights(module);
    for (const { variable } of module.weights)
      variable.assign(engine.tf.zeros(variable.shape) as never);
    const metrics = await trainer.validate(module, data.val, { ckptPath: 'best' });
    expect(readLinearWeights(module)).toEqual(trained);
    expect(metrics['val/loss']).toBeGreaterThan(0);
    module.dispose();
  });

  test('best without a checkpoint is an error', async () => {
    const module = createLinearModule(engine);
    const trainer = trainerWith(join(root, 'never'));
    await expect(trainer.validate(module, linearSource(1), { ckptPath: 'best' })).rejects.toThrow(
      "ckptPath: 'best': there is no such checkpoint: expected a ModelCheckpoint among the callbacks, and a fit before, " +
        'got none that was saved. Name a checkpoint file instead.',
    );
    module.dispose();
  });
});
