import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Tensor } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { deriveSkeleton } from '@limber/keypoints';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../weights/load-model.ts';
import { saveModel } from '../weights/save-model.ts';
import { isOwnArchitecture } from '../architectures/own-architecture-path.ts';
import { createModel } from './create-model.ts';
import { loadArchitecture } from './own-architecture.ts';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'limber-own-'));
});
afterAll(() => rm(folder, { recursive: true }));

const skeleton = deriveSkeleton({ name: 'arm', keypoints: ['left_elbow', 'left_wrist'] });

/** Every kind of block that the other families do not have, and one of each number of inputs. */
const code = `
export const normalization = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
export default function mine(network, images, { jointCount }) {
  const half = network.convolution('a', images, { filters: 8, kernelSize: 3, stride: 2 });
  const map = network.maxPool('pool', network.relu('relu', half), { kernelSize: 3, stride: 2 });
  const gate = network.hardSigmoid('gate', network.meanPool('mean', map));
  const both = network.concat('both', [map, network.multiply('gated', map, gate)]);
  return network.convolution('head', both, { filters: jointCount, kernelSize: 1, hasBias: true });
}
`;

async function specOf(name: string, text: string) {
  await writeFile(join(folder, name), text);
  const architecture = await loadArchitecture(`./${name}`, folder);
  const inputSize = { height: 64, width: 32 };
  return { name: `./${name}`, architecture, inputSize, jointCount: 2 };
}

test('paths are told from names of the zoo by their dot', () => {
  const names = ['./models/mine.js', '../mine.mjs', 'limber-tiny', './mine.ts', 'mine.js'];
  expect(names.filter(isOwnArchitecture)).toEqual(['./models/mine.js', '../mine.mjs']);
});

test('a model of an own architecture is saved with its blocks, and loaded without its file', async () => {
  const model = createModel(engine, await specOf('mine.js', code), { seed: 1 });
  const out = join(folder, 'model');
  await saveModel(out, model, { skeleton });
  await rm(join(folder, 'mine.js'));
  const loaded = await loadModel(engine, out);
  expect(loaded.spec).toMatchObject({ name: './mine.js', jointCount: 2 });
  expect(loaded.normalization.mean).toEqual([0.5, 0.5, 0.5]);
  const { tf } = engine;
  const [expected, got] = tf.tidy(() => {
    const images = tf.randomNormal([1, 64, 32, 3], 0, 1, 'float32', 5);
    const both = [model.model, loaded.model];
    return both.map((each) => (each.predict(images) as Tensor).dataSync());
  });
  expect(got).toEqual(expected);
  expect(expected!.some((value) => value !== 0)).toBe(true);
  model.dispose();
  loaded.dispose();
});

test('a saved network that is not one is refused', async () => {
  const model = createModel(engine, await specOf('whole.js', code), { seed: 1 });
  const out = join(folder, 'damaged');
  await saveModel(out, model, { skeleton });
  model.dispose();
  const { readFile } = await import('node:fs/promises');
  const path = join(out, 'model.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"gated"', '"nowhere"'));
  await expect(loadModel(engine, out)).rejects.toThrow(
    `${path}: not the description of a model: LimberError: ./whole.js: the architecture threw: got Error: "both" reads "gated", ` +
      'which does not come before it.',
  );
});

describe('an own architecture is refused', () => {
  test('without its file', async () => {
    await expect(loadArchitecture('./none.js', folder)).rejects.toThrow(
      new RegExp(
        `^${join(folder, 'none.js')}: cannot be loaded: expected a JavaScript module with a default function, as model names it, got `,
      ),
    );
  });

  test.each([
    [
      'without a default function',
      'export const mine = 1;',
      'FILE: not an architecture: expected a default export that is a function, got undefined.',
    ],
  ])('%s', async (_, text, message) => {
    await expect(specOf('wrong.js', text)).rejects.toThrow(
      message.replace('FILE', join(folder, 'wrong.js')),
    );
  });

  const conv = "network.convolution('a', images, { filters: 2, kernelSize: 3, stride: 2 })";
  test.each([
    [
      'half.js',
      `return ${conv};`,
      './half.js: its output is no heatmap of a 64x32 image: expected [B, 16, 8, 2], a quarter of the image and a channel for ' +
        'each joint, got [B, 32, 16, 2].',
    ],
    [
      'twice.js',
      `return network.relu('a', ${conv});`,
      './twice.js: two blocks have one name, by which weights are saved: got "a".',
    ],
    [
      'throws.js',
      'return network.dense(images);',
      './throws.js: the architecture threw: got TypeError: network.dense is not a function.',
    ],
    [
      'nothing.js',
      '',
      './nothing.js: its output is no heatmap of a 64x32 image: expected [B, 16, 8, 2], a quarter of the image and a channel for ' +
        'each joint, got [B, , , ].',
    ],
  ])('that is %s', async (name, body, message) => {
    const spec = await specOf(name, `export default (network, images) => { ${body} };`);
    expect(() => createModel(engine, spec, { seed: 1 })).toThrow(message);
  });
});
