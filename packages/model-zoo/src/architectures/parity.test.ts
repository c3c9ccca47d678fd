import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Engine, LayersModel, NamedWeight, SymbolicTensor, Tensor } from '@limber/engine';
import { loadEngine, namedWeights, sizeOfShape } from '@limber/engine';
import { simccBins } from '@limber/keypoints';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { torchPlaceOf } from '../importing/torch-layout.ts';
import { createLayersNetwork } from '../networks/layers-network.ts';
import type { Network } from '../networks/network.ts';
import { deconvolutionHead } from './deconvolution-head.ts';
import type { HeadOptions } from './head-options.ts';
import { hrNet } from './hrnet.ts';
import { mobileNetV2 } from './mobilenet-v2.ts';
import type { ModelName } from './models.ts';
import { models } from './models.ts';
import { rtmPose } from './rtmpose.ts';
import { visionTransformer } from './vision-transformer.ts';

interface Golden {
  readonly inputSize: readonly [height: number, width: number];
  readonly jointCount: number;
  /** Middle of the batch norms' gammas. */
  readonly gamma: number;
  /** How the names of the last layers begin, and a factor on their kernels. */
  readonly last: string;
  readonly factor: number;
  readonly parameters: number;
  readonly weightsSha256: string;
  readonly length: number;
  /** Places in the flattened output, and the numbers there. */
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly mean: number;
  readonly meanAbsolute: number;
  readonly loss: number;
  readonly lossAfterStep: number;
  readonly gradientNorm: number;
  /** How far PyTorch's own float32 is from these numbers, or they from each other when the images move by a millionth. */
  readonly rounding: {
    readonly output: number;
    readonly gradientNorm: number;
  };
  /** Products of gradients with {@link formula}, by PyTorch's names. */
  readonly gradients: Readonly<Record<string, number>>;
}

/** What is compared: the narrow members of each family, and whatever file `how-made.py --whole` has written. */
const files = [
  new URL('fixtures/parity.golden.json', import.meta.url),
  process.env['LIMBER_PARITY'],
];
const golden = files.flatMap((file) => {
  if (file === undefined) return [];
  const { models: made } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly models: Readonly<Record<string, Golden>>;
  };
  return Object.entries(made);
});

const batch = 2;
/** Length of the step along the gradient. */
const rate = 0.005;

/** The narrow member of each family; the published ones, which differ in numbers only, stand in the table of models. */
const builders: Readonly<
  Record<string, <T>(network: Network<T>, input: T, head: HeadOptions) => T>
> = {
  mobilenetv2: (network, input, { jointCount }) => mobileNetV2(network, input, jointCount),
  hrnet: (network, input, { jointCount }) => hrNet(network, input, { width: 8, jointCount }),
  rtmpose: (network, input, head) => rtmPose(network, input, { size: 't', ...head }),
  vitpose: (network, input, { jointCount }) => {
    const design = { width: 48, layers: 3, heads: 3, dropPathRate: 0.1 };
    const map = visionTransformer(network, input, design);
    return deconvolutionHead(network, map, { deconvolutions: 2, jointCount });
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ precision: '32' });
});
afterEach(() => vi.restoreAllMocks());

describe.each(golden)('%s', (name, expected) => {
  test('has the weights, the output and the gradients of PyTorch', () => {
    const { tf } = engine;
    const model = build(name, expected);
    const weights = namedWeights(model);
    expect(fill(weights, expected)).toBe(expected.weightsSha256);
    const parameters = model.trainableWeights.map(({ shape }) => sizeOfShape(shape as number[]));
    expect(parameters.reduce((sum, size) => sum + size, 0)).toBe(expected.parameters);
    const images = tf.tensor4d(
      formula('images', batch * sizeOfShape(expected.inputSize) * 3).map((u) => u * 4),
      [batch, ...expected.inputSize, 3],
    );

    const values = tf.tidy(() => (model.predict(images) as Tensor).dataSync<'float32'>());
    expect(values.length).toBe(expected.length);
    const { rounding } = expected;
    // float32 through up to 130 convolutions; the golden numbers are float64
    const largest = expected.at.reduce(
      (most, at, index) => Math.max(most, Math.abs(values[at]! - expected.values[index]!)),
      0,
    );
    const isWhole = expected.at.length === expected.length;
    if (isWhole)
      console.info(
        `${name} at ${expected.inputSize.join('x')}: largest of ${expected.at.length} differences ${largest}`,
      );
    expect(largest).toBeLessThan(isWhole ? Math.max(1e-4, 2 * rounding.output) : 1e-4);
    expect(mean(values)).toBeCloseTo(expected.mean, 4);
    expect(mean(values.map(Math.abs))).toBeCloseTo(expected.meanAbsolute, 4);

    // the draw that keeps every path
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const factors = tf.tensor1d(formula('loss', expected.length));
    const loss = () => {
      const output = model.apply(images, { training: true }) as Tensor;
      return tf.div(tf.sum(tf.mul(tf.reshape(output, [-1]), factors)), batch).asScalar();
    };
    const variables = weights.filter(({ isTrainable }) => isTrainable);
    const { value, grads } = tf.variableGrads(
      loss,
      variables.map(({ variable }) => variable),
    );
    // a sum with factors of both signs may be small by chance; what it is the size of usually counts then
    const usualLoss = (expected.meanAbsolute * Math.sqrt(expected.length / 12)) / batch;
    const farLoss = 1e-3 * Math.max(Math.abs(expected.loss), usualLoss);
    expect(Math.abs(value.dataSync()[0]! - expected.loss)).toBeLessThan(farLoss);
    const norm = Math.hypot(
      ...variables.map(({ variable }) => tf.norm(grads[variable.name]!).dataSync()[0]!),
    );
    // batch norms over few pixels magnify what float32 rounds, and a ReLU may choose the other side
    const farGradient = Math.max(2e-3 * expected.gradientNorm, 2 * rounding.gradientNorm);
    expect(Math.abs(norm - expected.gradientNorm)).toBeLessThan(farGradient);
    const products = Object.fromEntries(
      variables.map((weight) => [placeOf(weight).name, productOf(weight, grads)]),
    );
    for (const [place, product] of Object.entries(expected.gradients)) {
      const { size } = variables.find((weight) => placeOf(weight).name === place)!.variable;
      expect(Math.abs(products[place]!() - product), `${place} [${size}]`).toBeLessThan(
        farGradient,
      );
    }
    for (const { variable } of variables) {
      variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, rate / norm)));
    }
    const after = tf.tidy(() => loss().dataSync()[0]!);
    expect(relative(after, expected.lossAfterStep)).toBeLessThan(1e-2);
    tf.dispose([images, factors, value, grads]);
    model.dispose();
  });
});

function build(name: string, { inputSize: [height, width], jointCount }: Golden): LayersModel {
  const { network } = createLayersNetwork(engine);
  const input = engine.tf.input({ name: 'images', shape: [height, width, 3] });
  const bins = simccBins({ inputSize: { height, width } });
  const build = builders[name] ?? models[name as ModelName].build;
  const outputs = build<SymbolicTensor>(network, input, { jointCount, bins });
  return engine.tf.model({ inputs: input, outputs });
}

/** A weight's place in PyTorch. */
function placeOf({ name, variable }: NamedWeight): ReturnType<typeof torchPlaceOf> {
  return torchPlaceOf(name, variable.shape);
}

/** Fills the weights. @returns the digest of what PyTorch's state dict holds then, in the order of its names. */
function fill(weights: readonly NamedWeight[], golden: Golden): string {
  const { tf } = engine;
  const digest = createHash('sha256');
  const places = weights.map((weight) => ({ ...placeOf(weight), variable: weight.variable }));
  for (const { name, shape, variable, toOurs } of places.toSorted(byName)) {
    const values = weightByFormula(name, shape, golden);
    digest.update(name).update(values);
    tf.tidy(() => variable.assign(tf.tensor(toOurs(values), variable.shape)));
  }
  return digest.digest('hex');
}

function byName(first: { readonly name: string }, second: { readonly name: string }): number {
  return first.name < second.name ? -1 : 1;
}

function weightByFormula(
  name: string,
  shape: readonly number[],
  { gamma, last, factor }: Golden,
): Float32Array {
  const uniform = formulaInDoubles(name, sizeOfShape(shape));
  const role = name.slice(name.lastIndexOf('.') + 1);
  const of = (value: (u: number) => number): Float32Array => new Float32Array(uniform.map(value));
  if (role === 'running_var') return of((u) => 1 + u);
  const isNorm = role === 'weight' && shape.length === 1;
  if (['g', 'scale', 'gamma'].includes(role) || isNorm) {
    return of((u) => (isNorm ? gamma : 1) * (1 + 0.5 * u));
  }
  if (role === 'pos_embed' || shape.length === 1) return of((u) => 0.5 * u);
  // a deconvolution's [inputs, filters, 4, 4], of which each output pixel sees 2x2
  const fanIn = name.includes('deconv') ? shape[0]! * 4 : sizeOfShape(shape.slice(1));
  const scale = 2 * Math.sqrt(6 / fanIn) * 0.8;
  return of((u) => u * (name.startsWith(last) ? scale * factor : scale));
}

/** The sum of a gradient's numbers times those of the formula, in PyTorch's order. */
function productOf(weight: NamedWeight, grads: Readonly<Record<string, Tensor>>): () => number {
  return () => {
    const { name, shape, toOurs } = placeOf(weight);
    const factors = toOurs(formula(name, sizeOfShape(shape)));
    const gradient = grads[weight.variable.name]!.dataSync<'float32'>();
    return gradient.reduce((sum, value, at) => sum + value * factors[at]!, 0);
  };
}

function formula(name: string, length: number): Float32Array {
  return new Float32Array(formulaInDoubles(name, length));
}

/** Numbers in [-0.5, 0.5): integer mixing of the index and the FNV-1a hash of the name, as in the golden script. */
function formulaInDoubles(name: string, length: number): Float64Array {
  let hash = 2166136261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16777619);
  const values = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    let x = (Math.imul(index, 2654435761) + hash) | 0;
    x ^= x >>> 15;
    x = Math.imul(x, 2246822519);
    x ^= x >>> 13;
    values[index] = (x >>> 0) / 4294967296 - 0.5;
  }
  return values;
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function relative(got: number, expected: number): number {
  return Math.abs(got - expected) / Math.abs(expected);
}
