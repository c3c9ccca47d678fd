import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine } from '@limber/engine';
import { loadEngine, namedWeights, readSafetensors } from '@limber/engine';
import { createRandom, deriveSkeleton } from '@limber/keypoints';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deconvolutionHead } from '../architectures/deconvolution-head.ts';
import { hrNet } from '../architectures/hrnet.ts';
import type { ModelName } from '../architectures/models.ts';
import { imageNetNormalization } from '../architectures/normalization.ts';
import { visionTransformer } from '../architectures/vision-transformer.ts';
import { createModel } from '../models/create-model.ts';
import { ownArchitecture } from '../models/own-architecture.ts';
import type { CodecChoice } from '../architectures/codec-choice.ts';
import { loadModel } from '../weights/load-model.ts';
import { saveModel } from '../weights/save-model.ts';
import type { RunExport } from './compare-export.ts';
import { compareExport } from './compare-export.ts';
import { exportModel } from './export-model.ts';
import { seededImages } from './seeded-images.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
}, 60_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-export-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const skeleton = deriveSkeleton({ name: 'arm', keypoints: ['shoulder', 'elbow', 'wrist'] });

/** Where weights of each role lie in a trained model, so that a wrong batch norm or bias shows. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  gamma: [0.5, 1.5],
  beta: [-0.3, 0.3],
  moving_mean: [-0.2, 0.2],
  moving_variance: [0.5, 1.5],
  bias: [-0.3, 0.3],
};

/** Families whose published members are too large for a test, saved as the architectures of a user are. */
const own = {
  './hrnet.js': ownArchitecture(
    (network, input, { jointCount }) => hrNet(network, input, { width: 8, jointCount }),
    imageNetNormalization,
  ),
  './vitpose.js': ownArchitecture((network, input, { jointCount }) => {
    const design = { width: 48, layers: 2, heads: 3, dropPathRate: 0.1 };
    const map = visionTransformer(network, input, design);
    return deconvolutionHead(network, map, { deconvolutions: 2, jointCount });
  }, imageNetNormalization),
} as const;
type OwnName = keyof typeof own;

/** A saved model whose weights all count, with heatmaps up to about 1. */
async function saveUsed(name: ModelName | OwnName, codec?: CodecChoice): Promise<string> {
  const inputSize = { height: 64, width: 96 };
  const architecture = name in own ? own[name as OwnName] : undefined;
  const what = { ...(architecture && { architecture }), ...(codec && { codec }) };
  const spec = { name, inputSize, jointCount: 3, ...what };
  const model = createModel(engine, spec, { seed: 1 });
  const weights = namedWeights(model.model);
  for (const { name: weight, variable } of weights) {
    const role = weight.slice(weight.lastIndexOf('/') + 1);
    // the many sums of an HRNet would grow
    const range = name === './hrnet.js' && role === 'gamma' ? ([0.1, 0.4] as const) : ranges[role];
    if (range === undefined) continue;
    const random = createRandom('export-test', weight);
    const values = Float32Array.from({ length: variable.size }, () => random.uniform(...range));
    variable.assign(engine.tf.tensor(values, variable.shape));
  }
  const head = weights.findLast(({ name: weight }) => weight.endsWith('/kernel'))!;
  const random = createRandom('export-test', 'head');
  const values = Float32Array.from({ length: head.variable.size }, () => random.uniform(-0.1, 0.1));
  head.variable.assign(engine.tf.tensor(values, head.variable.shape));
  const to = join(folder, 'model');
  await saveModel(to, model, { skeleton });
  model.dispose();
  return to;
}

const names: (ModelName | OwnName)[] = [
  'limber-tiny',
  'simplebaseline-resnet18',
  'movenet-lightning',
  'mobilenetv2',
  'rtmpose-t',
  './hrnet.js',
  './vitpose.js',
];

/** Runs the model of a page in a process of its own, with the TensorFlow.js in the page's folder. */
function runPage(page: string): RunExport {
  const script = fileURLToPath(new URL('../../scripts/run-web-folder.mjs', import.meta.url));
  return async (images, batch) => {
    const [input, output] = [join(folder, 'images'), join(folder, 'output')];
    await writeFile(input, images);
    await promisify(execFile)(process.execPath, [script, page, input, `${batch}`, output]);
    const { buffer, byteOffset, byteLength } = await readFile(output);
    return { output: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)) };
  };
}

describe.each(names)('%s', (name) => {
  test('as ONNX gives the same heatmaps in ONNX Runtime', async () => {
    const model = await saveUsed(name);
    const out = join(folder, 'model.onnx');
    const { metadata } = await exportModel(engine, { model, format: 'onnx', out });
    expect(metadata.comparison!.largestOutputDifference).toBeLessThan(1e-4);
    expect((await readFile(out)).includes('weightsSha256')).toBe(true);
  });

  test('as a graph model gives the same heatmaps in TensorFlow.js', async () => {
    const model = await saveUsed(name);
    const out = join(folder, 'tfjs');
    const { metadata } = await exportModel(engine, { model, format: 'tfjs', out });
    expect(metadata.comparison!.largestOutputDifference).toBeLessThan(1e-4);
    expect((await readdir(out)).sort()).toEqual(['limber.json', 'model.json', 'weights.bin']);
    const written: unknown = JSON.parse(await readFile(join(out, 'limber.json'), 'utf8'));
    expect(written).toEqual(metadata);
  });
});

test.each(names)('%s as a page gives the same in the WebAssembly of the page', async (name) => {
  const model = await saveUsed(name);
  const page = join(folder, 'web');
  await exportModel(engine, { model, format: 'web', out: page });
  const original = await loadModel(engine, model);
  const images = seededImages(original.spec.inputSize);
  const comparison = await compareExport(engine, original, { run: runPage(page), images });
  original.dispose();
  expect(comparison.largestOutputDifference).toBeLessThan(1e-4);
});

describe.each<CodecChoice>([
  { type: 'udp-heatmap' },
  { type: 'simcc', splitRatio: 1.5 },
  { type: 'regression' },
])('limber-tiny with the codec %o', (codec) => {
  test.each(['onnx', 'tfjs'] as const)('as %s gives the same', async (format) => {
    const model = await saveUsed('limber-tiny', codec);
    const { metadata } = await exportModel(engine, { model, format, out: join(folder, 'out') });
    expect(metadata.codec.type).toBe(codec.type);
    expect(metadata.comparison!.largestOutputDifference).toBeLessThan(1e-4);
    expect(metadata.comparison!.largestDifferencePx).toBeLessThan(0.05);
  });
});

describe('exportModel', () => {
  test('as safetensors keeps every weight, with the metadata in its header', async () => {
    const model = await saveUsed('limber-tiny');
    const out = join(folder, 'model.safetensors');
    const { metadata } = await exportModel(engine, {
      model,
      format: 'safetensors',
      out,
      trainingRun: 'runs/arm',
    });
    expect(metadata.comparison).toMatchObject({ images: 4, largestOutputDifference: 0 });
    const written = await readSafetensors(out);
    const original = await readSafetensors(join(model, 'weights.safetensors'));
    expect(Object.keys(written.tensors)).toEqual(Object.keys(original.tensors));
    expect(written.metadata).toMatchObject({
      architecture: 'limber-tiny',
      trainingRun: 'runs/arm',
      inputSize: '{"height":64,"width":96}',
    });
  });

  test('a folder with other content is not replaced', async () => {
    const model = await saveUsed('limber-tiny');
    const attempt = exportModel(engine, { model, format: 'tfjs', out: model });
    await expect(attempt).rejects.toThrow(
      `${model}: the output folder is not empty: expected no folder of this name, or an empty one, or one of an export, ` +
        'got 2 entries. Remove it, or choose another name.',
    );
  });
});
