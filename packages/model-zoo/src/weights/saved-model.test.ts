import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Tensor } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { coco17, deriveSkeleton } from '@limber/keypoints';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createModel } from '../models/create-model.ts';
import type { ModelSpec } from '../models/model-spec.ts';
import { loadModel } from './load-model.ts';
import { saveModel } from './save-model.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-model-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const skeleton = deriveSkeleton({
  name: 'arm',
  keypoints: ['left_shoulder', 'left_elbow', 'left_wrist'],
});
const spec: ModelSpec = {
  name: 'limber-tiny',
  inputSize: { height: 32, width: 32 },
  jointCount: 3,
};

async function saveFresh(to: string, seed: number): Promise<void> {
  const model = createModel(engine, spec, { seed });
  await saveModel(to, model, { skeleton });
  model.dispose();
}

async function bytesOf(name: string): Promise<Buffer> {
  return readFile(join(folder, name));
}

describe('saveModel and loadModel', () => {
  test('a loaded model computes the same, knows its joints, and saves to the same bytes', async () => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const model = createModel(engine, spec, { seed: 1 });
    await saveModel(join(folder, 'a'), model, { skeleton });
    const loaded = await loadModel(engine, join(folder, 'a'));

    const { model: layers, dispose, parameterCount, skeleton: joints, ...about } = loaded;
    expect(about).toEqual({
      spec: model.spec,
      codec: model.codec,
      normalization: model.normalization,
    });
    expect(joints).toEqual(skeleton);
    expect(parameterCount).toBe(model.parameterCount);
    const [expected, got] = tf.tidy(() => {
      const images = tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', 5);
      return [model.model, layers].map((each) => (each.predict(images) as Tensor).dataSync());
    });
    expect(got).toEqual(expected);

    await saveModel(join(folder, 'b'), loaded, { skeleton: joints });
    for (const name of ['model.json', 'weights.safetensors']) {
      const [a, b] = await Promise.all([bytesOf(join('a', name)), bytesOf(join('b', name))]);
      expect(b.equals(a)).toBe(true);
    }
    dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('the folder holds two files, and model.json names the digest of the other', async () => {
    await saveFresh(folder, 1);
    expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.safetensors']);
    const about = JSON.parse(String(await bytesOf('model.json'))) as Record<string, unknown>;
    const weights = await bytesOf('weights.safetensors');
    expect(about).toMatchObject({
      formatVersion: 1,
      spec,
      normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      weights: {
        file: 'weights.safetensors',
        sizeBytes: weights.length,
        sha256: createHash('sha256').update(weights).digest('hex'),
      },
    });
  });

  test('a model is loaded with the normalisation that its file names', async () => {
    await saveFresh(folder, 1);
    const text = String(await bytesOf('model.json')).replace('0.485', '0.5');
    await writeFile(join(folder, 'model.json'), text);
    const loaded = await loadModel(engine, folder);
    expect(loaded.normalization.mean).toEqual([0.5, 0.456, 0.406]);
    loaded.dispose();
  });

  test('saving over a model replaces it', async () => {
    await saveFresh(folder, 1);
    const first = await bytesOf('weights.safetensors');
    await saveFresh(folder, 2);
    expect((await bytesOf('weights.safetensors')).equals(first)).toBe(false);
    (await loadModel(engine, folder)).dispose();
  });

  test('a skeleton of another size is refused before anything is written', async () => {
    const model = createModel(engine, spec, { seed: 1 });
    await expect(saveModel(folder, model, { skeleton: coco17 })).rejects.toThrow(
      'skeleton "coco-17": not the skeleton of this limber-tiny: expected 3 joints, got 17.',
    );
    expect(await readdir(folder)).toEqual([]);
    model.dispose();
  });
});

describe('a damaged folder', () => {
  const weightsFile = (): string => join(folder, 'weights.safetensors');
  const modelFile = (): string => join(folder, 'model.json');
  const loading = (): Promise<unknown> => loadModel(engine, folder);

  test('one flipped bit in the weights is found', async () => {
    await saveFresh(folder, 1);
    const bytes = await bytesOf('weights.safetensors');
    const good = createHash('sha256').update(bytes).digest('hex');
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weightsFile(), bytes);
    const bad = createHash('sha256').update(bytes).digest('hex');
    await expect(loading()).rejects.toMatchObject({
      code: 'corrupt-data',
      message:
        `${weightsFile()}: damaged, or not the weights that model.json belongs to: ` +
        `expected ${bytes.length} bytes with SHA-256 ${good}, got ${bytes.length} bytes with ${bad}. ` +
        'Restore the folder, or train again.',
    });
  });

  test('cut weights are found', async () => {
    await saveFresh(folder, 1);
    await truncate(weightsFile(), 1000);
    await expect(loading()).rejects.toThrow('got 1000 bytes');
  });

  test('cut model.json is found', async () => {
    await saveFresh(folder, 1);
    await truncate(modelFile(), 100);
    await expect(loading()).rejects.toThrow(`${modelFile()}: not the description of a model`);
    await expect(loading()).rejects.toMatchObject({ code: 'corrupt-data', where: modelFile() });
  });

  test('an unknown model name is found', async () => {
    await saveFresh(folder, 1);
    const text = String(await bytesOf('model.json')).replace('limber-tiny', 'limber-huge');
    await writeFile(modelFile(), text);
    await expect(loading()).rejects.toMatchObject({ code: 'corrupt-data', where: modelFile() });
  });

  test('a folder without a model says which file is missing', async () => {
    await expect(loading()).rejects.toMatchObject({ code: 'missing-file', where: modelFile() });
    await saveFresh(folder, 1);
    await rm(weightsFile());
    await expect(loading()).rejects.toMatchObject({ code: 'missing-file', where: weightsFile() });
  });
});
