import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, NamedTensors } from '@limber/engine';
import { encodeSafetensors, loadEngine, namedWeights, readWeights } from '@limber/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createModel } from '../models/create-model.ts';
import type { PoseModel } from '../models/pose-model.ts';
import { importWeights } from './import-weights.ts';
import { torchPlaceOf } from './torch-layout.ts';
import type { WrittenTensor } from './torch-file.suite.ts';
import { writeTorchFile } from './torch-file.suite.ts';

let engine: Engine;
let model: PoseModel;
beforeAll(async () => {
  engine = await loadEngine();
  const inputSize = { height: 32, width: 32 };
  const spec = { name: 'simplebaseline-resnet18', inputSize, jointCount: 3 } as const;
  model = createModel(engine, spec, { seed: 1 });
}, 60_000);
afterAll(() => {
  model.dispose();
});

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-import-'));
  file = join(folder, 'x.pth');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** PyTorch's tensors of the model, each filled with a number of its own and, in its first place, its name's length. */
function torchTensors(): Record<string, WrittenTensor> {
  return Object.fromEntries(
    namedWeights(model.model).map(({ name, variable }, index) => {
      const place = torchPlaceOf(name, variable.shape);
      const data = new Float32Array(variable.size).fill(index);
      data[0] = place.name.length;
      return [place.name, { shape: place.shape, data }];
    }),
  );
}

const renamed = (
  tensors: Readonly<Record<string, WrittenTensor>>,
  rename: (name: string) => string | undefined,
): Record<string, WrittenTensor> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) => {
      const other = rename(name);
      return other === undefined ? [] : [[other, tensor]];
    }),
  );

const scalar = { shape: [], data: Float32Array.of(0) };

async function weightsOfModel(): Promise<NamedTensors> {
  return readWeights(namedWeights(model.model));
}

/** Compared as bytes: there are 15 million numbers. */
async function bytesOfModel(): Promise<Buffer> {
  return Buffer.concat(encodeSafetensors(await weightsOfModel()));
}

describe('importWeights', () => {
  test('MMPose 0 and 1 fill the whole model, torchvision the backbone', async () => {
    const tensors = { ...torchTensors(), 'backbone.bn1.num_batches_tracked': scalar };
    await writeTorchFile(file, tensors);
    const first = await importWeights(engine, model, { file });
    expect(first).toMatchObject({
      map: 'mmpose',
      fresh: [],
      dropped: ['backbone.bn1.num_batches_tracked'],
    });
    expect(first.imported).toHaveLength(117);
    const loaded = await weightsOfModel();
    for (const [index, { name }] of namedWeights(model.model).entries()) {
      const { data, shape } = loaded[name]!;
      expect(data[0]).toBe(torchPlaceOf(name, shape).name.length);
      expect(data.subarray(1).every((value) => value === index)).toBe(true);
    }

    await writeTorchFile(
      file,
      renamed(tensors, (name) => name.replace(/^head/, 'keypoint_head')),
    );
    expect(await importWeights(engine, model, { file })).toEqual(first);

    const classifier = { shape: [2, 512], data: new Float32Array(1024) };
    const ofBackbone = renamed(tensors, (name) => /^backbone\.(.*)/.exec(name)?.[1]);
    await writeTorchFile(file, { ...ofBackbone, 'fc.weight': classifier });
    const { imported, ...rest } = await importWeights(engine, model, { file });
    expect(imported).toHaveLength(100);
    expect(imported.every((name) => name.startsWith('backbone.'))).toBe(true);
    expect(rest.map).toBe('torchvision');
    expect(rest.fresh).toHaveLength(17);
    expect(rest.dropped).toEqual(['bn1.num_batches_tracked', 'fc.weight']);
  });

  test('a kernel lies as PyTorch has it, with its axes turned', async () => {
    const tensors = torchTensors();
    const { shape, data } = tensors['head.final_layer.weight']!;
    await writeTorchFile(file, {
      ...tensors,
      'head.final_layer.weight': { shape, data: data.map((_, at) => at) },
    });
    await importWeights(engine, model, { file });
    const kernel = (await weightsOfModel())['head.final_layer/kernel']!;
    expect(kernel.shape).toEqual([1, 1, 256, 3]);
    expect([...kernel.data.subarray(0, 6)]).toEqual([0, 256, 512, 1, 257, 513]);
  });

  test('a head for another number of joints starts fresh', async () => {
    await writeTorchFile(file, {
      ...torchTensors(),
      'head.final_layer.weight': { shape: [5, 256, 1, 1], data: new Float32Array(1280) },
      'head.final_layer.bias': { shape: [5], data: new Float32Array(5) },
    });
    const { fresh, dropped, imported } = await importWeights(engine, model, { file });
    expect(fresh).toEqual(['head.final_layer/kernel', 'head.final_layer/bias']);
    expect(dropped).toEqual(['head.final_layer.weight', 'head.final_layer.bias']);
    expect(imported).toHaveLength(115);
  });

  test('every other difference is listed, and no weight is changed', async () => {
    const before = await bytesOfModel();
    const { 'backbone.bn1.bias': _, ...tensors } = torchTensors();
    await writeTorchFile(file, {
      ...tensors,
      'backbone.conv1.weight': { shape: [64, 1, 7, 7], data: new Float32Array(3136) },
      'backbone.layer5.weight': { shape: [2], data: new Float32Array(2) },
    });
    await expect(importWeights(engine, model, { file })).rejects.toThrow(
      `${file}: not the weights of simplebaseline-resnet18, 3 differences: got \n` +
        '  backbone.conv1.weight is [64, 1, 7, 7], wanted [64, 3, 7, 7]\n' +
        '  backbone.bn1.bias [64] is missing\n' +
        '  backbone.layer5.weight [2] belongs to no layer. ' +
        'No weight was changed. Choose the model that the file was made for.',
    );
    expect((await bytesOfModel()).equals(before)).toBe(true);
  });

  test('names of no known source are refused', async () => {
    await writeTorchFile(file, { 'features.0.0.weight': scalar });
    await expect(importWeights(engine, model, { file })).rejects.toThrow(
      `${file}: names that no map knows: expected names of torchvision ("conv1.weight"), MMPose or MMPretrain ` +
        '("backbone.conv1.weight", "backbone.stem.0.conv.weight"), ViTPose ("backbone.blocks.0.…") or timm ("blocks.0.…"), ' +
        'got 1 tensors, the first "features.0.0.weight".',
    );
  });

  test('safetensors are read as well', async () => {
    const tensors = Object.fromEntries(
      Object.entries(torchTensors()).map(
        ([name, { shape, data }]) => [name, { dtype: 'F32', shape, data }] as const,
      ),
    );
    const path = join(folder, 'x.safetensors');
    await writeFile(path, Buffer.concat(encodeSafetensors(tensors)));
    const { imported, fresh } = await importWeights(engine, model, { file: path, map: 'mmpose' });
    expect([imported.length, fresh.length]).toEqual([117, 0]);
  });
});
