import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { loadEngine, namedWeights, readWeights } from '@limber/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deconvolutionHead } from '../architectures/deconvolution-head.ts';
import { imageNetNormalization } from '../architectures/normalization.ts';
import { visionTransformer } from '../architectures/vision-transformer.ts';
import { createModel } from '../models/create-model.ts';
import { ownArchitecture } from '../models/own-architecture.ts';
import type { PoseModel } from '../models/pose-model.ts';
import { resizeBicubic } from './fit-positions.ts';
import { importWeights } from './import-weights.ts';
import type { WrittenTensor } from './torch-file.suite.ts';
import { writeTorchFile } from './torch-file.suite.ts';
import { torchPlaceOf } from './torch-layout.ts';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'limber-maps-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Layers that are linear in PyTorch, whose kernels have two axes there. */
const linear = /\.(mlp\.1|uv|o|cls_[xy]|qkv|proj|layers\.0\.0|ffn\.layers\.1)\.weight$/;

/** What PyTorch would save of a model, under MMPose's names: each tensor filled with a number of its own. */
function torchTensors({ model }: PoseModel): Map<string, WrittenTensor> {
  return new Map(
    namedWeights(model).map(({ name, variable }, index) => {
      const place = torchPlaceOf(name, variable.shape);
      const shape = linear.test(place.name) ? place.shape.slice(0, 2) : place.shape;
      return [place.name, { shape, data: new Float32Array(variable.size).fill(index + 1) }];
    }),
  );
}

async function importInto(model: PoseModel, tensors: ReadonlyMap<string, WrittenTensor>) {
  const file = join(folder, 'x.pth');
  await writeTorchFile(file, Object.fromEntries(tensors));
  const report = await importWeights(engine, model, { file });
  return { report, weights: await readWeights(namedWeights(model.model)) };
}

test('a whole RTMPose of MMPose is read, and one for other joints but for its joints', async () => {
  const inputSize = { height: 32, width: 32 };
  const model = createModel(engine, { name: 'rtmpose-t', inputSize, jointCount: 3 }, { seed: 1 });
  const tensors = torchTensors(model);
  const { report, weights } = await importInto(model, tensors);
  expect(report).toMatchObject({ map: 'mmpose', fresh: [], dropped: [] });
  expect(report.imported).toHaveLength(tensors.size);
  expect(Object.values(weights).map(({ data }) => data[0])).toEqual(
    [...tensors.values()].map(({ data }) => data[0]),
  );
  tensors.set('head.final_layer.weight', { shape: [5, 384, 7, 7], data: new Float32Array(94080) });
  tensors.set('head.final_layer.bias', { shape: [5], data: new Float32Array(5) });
  expect((await importInto(model, tensors)).report.fresh).toEqual([
    'head.final_layer/kernel',
    'head.final_layer/bias',
  ]);
  // what a CSPNeXt was trained for before
  const backbone = new Map([...tensors].filter(([name]) => name.startsWith('backbone.')));
  backbone.set('head.fc.weight', { shape: [2], data: new Float32Array(2) });
  const before = await importInto(model, backbone);
  expect(before.report).toMatchObject({ map: 'mmpretrain', dropped: ['head.fc.weight'] });
  model.dispose();
});

describe('a vision transformer', () => {
  let model: PoseModel;
  beforeAll(() => {
    const architecture = ownArchitecture((network, input, { jointCount }) => {
      const design = { width: 8, layers: 2, heads: 2, dropPathRate: 0 };
      const map = visionTransformer(network, input, design);
      return deconvolutionHead(network, map, { deconvolutions: 2, jointCount });
    }, imageNetNormalization);
    const inputSize = { height: 64, width: 32 };
    model = createModel(
      engine,
      { name: './vit.js', architecture, inputSize, jointCount: 3 },
      { seed: 1 },
    );
  });
  afterAll(() => model.dispose());

  const toTimm = (name: string): string =>
    name
      .replace('backbone.layers.', 'backbone.blocks.')
      .replace(/(blocks\.\d+)\.ln/, '$1.norm')
      .replace('ffn.layers.0.0', 'mlp.fc1')
      .replace('ffn.layers.1', 'mlp.fc2')
      .replace('patch_embed.projection', 'patch_embed.proj');

  test('of ViTPose is read, the position of its class token added to the others', async () => {
    const tensors = new Map(
      [...torchTensors(model)].map(([name, tensor]) => [
        toTimm(name)
          .replace('backbone.ln1', 'backbone.last_norm')
          .replace(/^head/, 'keypoint_head'),
        tensor,
      ]),
    );
    const positions = Float32Array.from({ length: 72 }, (_, at) => at);
    tensors.set('backbone.pos_embed', { shape: [1, 9, 8], data: positions });
    const { report, weights } = await importInto(model, tensors);
    expect(report).toMatchObject({ map: 'vitpose', fresh: [], dropped: [] });
    expect([...weights['backbone.pos_embed/embedding']!.data.subarray(0, 9)]).toEqual([
      8, 10, 12, 14, 16, 18, 20, 22, 16,
    ]);
  });

  test('of timm is read into the backbone, its positions resized', async () => {
    const backbone = [...torchTensors(model)].filter(([name]) => name.startsWith('backbone.'));
    const tensors = new Map(
      backbone.map(([name, tensor]) => [
        toTimm(name).replace('backbone.ln1', 'backbone.norm').replace('backbone.', ''),
        tensor,
      ]),
    );
    tensors.set('cls_token', { shape: [1, 1, 8], data: new Float32Array(8) });
    const data = new Float32Array(80).fill(3).fill(100, 0, 8);
    tensors.set('pos_embed', { shape: [1, 10, 8], data });
    const { report, weights } = await importInto(model, tensors);
    expect(report).toMatchObject({ map: 'timm', dropped: ['cls_token'] });
    expect(report.fresh.every((name) => name.startsWith('head.'))).toBe(true);
    const positions = weights['backbone.pos_embed/embedding']!;
    expect(positions.shape).toEqual([1, 4, 2, 8]);
    for (const value of positions.data) expect(value).toBeCloseTo(3, 5);
  });
});

test('positions are resized as PyTorch does it', () => {
  const values = Float32Array.from({ length: 9 }, (_, at) => at * at);
  const resized = resizeBicubic(
    values,
    { height: 3, width: 3, channels: 1 },
    { height: 4, width: 2, channels: 1 },
  );
  // torch.nn.functional.interpolate(x, (4, 2), mode='bicubic', align_corners=False), PyTorch 2.13
  const expected = [
    -0.607334, 1.930576, 3.520046, 11.894993, 21.527805, 39.027863, 40.438385, 63.775475,
  ];
  for (const [at, value] of resized.entries()) expect(value).toBeCloseTo(expected[at]!, 4);
});
