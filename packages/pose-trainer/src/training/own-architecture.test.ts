import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { namedWeights, readWeights } from '@limber/engine';
import { createModel, loadArchitecture, loadModel } from '@limber/model-zoo';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { trainConfigSchema } from '../configuration/train-config.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { digestFunctions } from './digest-functions.ts';
import { trainKeypoints } from './train-keypoints.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-own-'));
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
  await packTinyShards(root, { train: 2, val: 1 });
});
afterAll(() => rmSync(root, { recursive: true }));

const code = `export default function mine(network, images, { jointCount }) {
  let map = images;
  for (const [index, filters] of [4, 8].entries()) {
    map = network.convolution(\`body.\${index}.conv\`, map, { filters, kernelSize: 3, stride: 2 });
    map = network.relu(\`body.\${index}.relu\`, network.batchNorm(\`body.\${index}.norm\`, map));
  }
  return network.convolution('head', map, { filters: jointCount, kernelSize: 1, hasBias: true });
}
`;

function train(changes: Record<string, unknown> = {}) {
  const settings = { inputSize: [32, 32], epochs: 1, batchSize: 2, workers: 0, seed: 3 };
  return trainKeypoints({
    config: trainConfigSchema.parse({ model: './mine.js', ...settings, ...changes }),
    train: join(root, 'train'),
    val: join(root, 'val'),
    folder: root,
    workDir: join(root, 'work'),
    out: { model: join(root, 'model'), logs: join(root, 'logs') },
    engine,
  });
}

test('an own architecture is trained, but for what is frozen, and its code decides what a training is', async () => {
  writeFileSync(join(root, 'mine.js'), code);
  await train({ frozen: ['body.*.conv'] });
  const trained = await loadModel(engine, join(root, 'model'));
  const architecture = await loadArchitecture('./mine.js', root);
  const fresh = createModel(engine, { ...trained.spec, architecture }, { seed: 3 });
  const [after, before] = await Promise.all(
    [trained, fresh].map(({ model }) => readWeights(namedWeights(model))),
  );
  const moved = Object.keys(before!).filter(
    (name) => after![name]!.data.join() !== before![name]!.data.join(),
  );
  expect(moved).toContain('head/kernel');
  expect(moved.filter((name) => name.includes('.conv/'))).toEqual([]);
  trained.dispose();
  fresh.dispose();

  const config = trainConfigSchema.parse({ model: './mine.js' });
  const first = await digestFunctions(config, root);
  writeFileSync(join(root, 'mine.js'), `${code}// another\n`);
  expect(Object.keys(first)).toEqual(['./mine.js']);
  expect(await digestFunctions(config, root)).not.toEqual(first);
});

test('a rate for each layer is refused where there are none to count', async () => {
  await expect(train({ layerDecay: 0.8 })).rejects.toThrow(
    'layerDecay: ./mine.js has no layers to count, which would be named backbone.layers.0, backbone.layers.1, …: ' +
      'expected null, got 0.8. Rename the layers, or leave layerDecay out.',
  );
});

test('a frozen layer that it does not have is named', async () => {
  await expect(train({ frozen: ['neck'] })).rejects.toThrow(
    'frozen: ./mine.js has no layer with weights of this name: got "neck".',
  );
});
