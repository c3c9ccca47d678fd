import { readFileSync } from 'node:fs';
import type { Engine, Tensor } from '@limber/engine';
import { loadEngine, namedWeights } from '@limber/engine';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildLayers } from '../models/build-layers.ts';
import type { ModelName } from './models.ts';

interface Golden {
  readonly inputSize: readonly [height: number, width: number];
  readonly jointCount: number;
  readonly shape: readonly number[];
  /** Places in the flattened output, and the numbers there. */
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly mean: number;
  readonly meanAbsolute: number;
}

const golden = JSON.parse(
  readFileSync(new URL('simple-baseline.golden.json', import.meta.url), 'utf8'),
) as { readonly models: Readonly<Record<string, Golden>> };

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

describe.each(['simplebaseline-resnet18', 'simplebaseline-resnet50'] as const)('%s', (name) => {
  test('gives what PyTorch gives for the same weights and input', () => {
    const expected = golden.models[name]!;
    const { shape, values } = run(name, expected);

    expect(shape).toEqual(expected.shape);
    for (const [index, at] of expected.at.entries()) {
      // float32 through 20 to 53 convolutions; the golden numbers are float64
      expect(Math.abs(values[at]! - expected.values[index]!)).toBeLessThan(1e-4);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const meanAbsolute = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
    expect(mean).toBeCloseTo(expected.mean, 4);
    expect(meanAbsolute).toBeCloseTo(expected.meanAbsolute, 4);
  });
});

function run(name: ModelName, golden: Golden): { shape: number[]; values: Float32Array } {
  const { tf } = engine;
  const [height, width] = golden.inputSize;
  const { jointCount } = golden;
  const { model } = buildLayers(engine, { name, inputSize: { height, width }, jointCount });
  const output = tf.tidy(() => {
    for (const { name: weight, variable } of namedWeights(model)) {
      const { shape } = variable;
      variable.assign(tf.tensor(weightByFormula(weight, shape), shape));
    }
    const images = formula('images', golden.shape[0]! * height * width * 3).map((u) => u * 4);
    const input = tf.tensor4d(images, [golden.shape[0]!, height, width, 3]);
    return model.predict(input) as Tensor;
  });
  const values = output.dataSync<'float32'>();
  const { shape } = output;
  output.dispose();
  model.dispose();
  return { shape, values };
}

/** PyTorch's name of a weight. */
function torchName(weight: string): string {
  const roles: Readonly<Record<string, string>> = {
    kernel: 'weight',
    bias: 'bias',
    gamma: 'weight',
    beta: 'bias',
    moving_mean: 'running_mean',
    moving_variance: 'running_var',
  };
  const [layer, role] = weight.split('/') as [string, string];
  return `${layer}.${roles[role]!}`;
}

function weightByFormula(weight: string, shape: readonly number[]): Float32Array {
  const uniform = formula(
    torchName(weight),
    shape.reduce((product, side) => product * side, 1),
  );
  const [layer, role] = weight.split('/') as [string, string];
  if (role === 'moving_variance') return uniform.map((u) => 1 + u);
  if (role === 'gamma') return uniform.map((u) => 1 + 0.5 * u);
  if (role !== 'kernel') return uniform.map((u) => 0.5 * u);
  // deconvolution kernels are [4, 4, filters, input channels], and each output pixel sees 2x2 of the 4x4
  const isDeconvolution = layer.startsWith('head.deconv_layers');
  const fanIn = isDeconvolution ? shape[3]! * 4 : shape[0]! * shape[1]! * shape[2]!;
  const scale = 2 * Math.sqrt(6 / fanIn) * 0.8;
  return uniform.map((u) => u * scale);
}

/** Numbers in [-0.5, 0.5): integer mixing of the index and the FNV-1a hash of the name, as in the golden script. */
function formula(name: string, length: number): Float32Array {
  let hash = 2166136261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16777619);
  return Float32Array.from({ length }, (_, index) => {
    let x = (Math.imul(index, 2654435761) + hash) | 0;
    x ^= x >>> 15;
    x = Math.imul(x, 2246822519);
    x ^= x >>> 13;
    return (x >>> 0) / 4294967296 - 0.5;
  });
}
