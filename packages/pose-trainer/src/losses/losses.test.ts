import { readFileSync } from 'node:fs';
import type { Engine, Scalar, Tensor2D, Tensor4D } from '@limber/engine';
import type { Size } from '@limber/keypoints';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectGradientOf } from '../../../engine/src/kernels/gradient-check.suite.ts';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { heatmapLoss } from './heatmap-loss.ts';
import { ohkmLoss } from './ohkm-loss.ts';
import { oksLoss } from './oks-loss.ts';
import { createPoseLoss } from './pose-loss.ts';
import { createRealNvp } from './real-nvp.ts';
import { rleLoss } from './rle-loss.ts';
import { simccLoss } from './simcc-loss.ts';

type Shape = [number, number, number, number];

interface Case {
  readonly predicted: readonly number[];
  readonly target: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
}

interface WeightedCase extends Case {
  readonly shape: Shape;
  readonly weights: readonly number[];
}

interface Golden {
  readonly ohkm: WeightedCase;
  readonly simcc: readonly (Case & { readonly beta: number; readonly hasLabelSoftmax: boolean })[];
  readonly simccShape: Shape;
  readonly simccWeights: readonly number[];
  readonly binsX: number;
  readonly rle: WeightedCase & { readonly biasGradient: readonly number[] };
  readonly oks: WeightedCase & {
    readonly areas: readonly number[];
    readonly sigmas: readonly number[];
    readonly inputSize: Size;
  };
}

const golden = JSON.parse(
  readFileSync(new URL('losses.golden.json', import.meta.url), 'utf8'),
) as Golden;

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
}, 60_000);

/** Compares with PyTorch, and the gradient with central differences too, whose steps are 0.01 / `finer`. */
function expectLoss(
  loss: (predicted: Tensor4D) => Scalar,
  shape: Shape,
  { predicted, finer = 1, ...expected }: Case & { readonly finer?: number },
): void {
  const { tf } = engine;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const input = tf.tensor4d([...predicted], shape);
    const { value, grad } = tf.valueAndGrad((x) => loss(x as Tensor4D))(input);
    // float32 here, float64 there
    expectNear(value.dataSync(), [expected.loss], 1e-5 * Math.max(1, Math.abs(expected.loss)));
    const largest = Math.max(...expected.gradient.map(Math.abs));
    // a place that is rounded moves a distance of less than a pixel by up to some 1e-5 of it
    expectNear(grad.dataSync(), expected.gradient, 5e-5 * largest);
    expectGradientOf(tf, (x) => loss(x!.div(finer)), {
      inputs: [input.mul(finer)],
      tolerance: (0.02 * largest) / finer,
    });
  });
  expect(tf.memory().numTensors).toBe(before);
}

function expectNear(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) {
    expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(tolerance);
  }
}

const weightsOf = ({ weights, shape }: WeightedCase, joints: number): Tensor2D =>
  engine.tf.tensor2d([...weights], [shape[0], joints]);

describe("losses and gradients are PyTorch's", () => {
  test('squared error of heatmaps', () => {
    const { shape } = golden.ohkm;
    const { tf } = engine;
    tf.tidy(() => {
      const truth = {
        target: tf.tensor4d([...golden.ohkm.target], shape),
        weights: weightsOf(golden.ohkm, shape[3]),
      };
      const predicted = tf.tensor4d([...golden.ohkm.predicted], shape);
      expectGradientOf(tf, (x) => heatmapLoss(engine, x as Tensor4D, truth), {
        inputs: [predicted],
        tolerance: 0.1,
      });
    });
  });

  test('online hard keypoint mining', () => {
    const { shape, target } = golden.ohkm;
    const loss = (predicted: Tensor4D): Scalar =>
      ohkmLoss(engine, predicted, {
        target: engine.tf.tensor4d([...target], shape),
        weights: weightsOf(golden.ohkm, shape[3]),
      });
    expectLoss(loss, shape, golden.ohkm);
  });

  test.each(golden.simcc)(
    'divergence of SimCC vectors with beta $beta, label softmax $hasLabelSoftmax',
    ({ beta, hasLabelSoftmax, ...expected }) => {
      const { simccShape: shape, simccWeights, binsX } = golden;
      const loss = (predicted: Tensor4D): Scalar =>
        simccLoss(engine, predicted, {
          target: engine.tf.tensor4d([...expected.target], shape),
          weights: engine.tf.tensor2d([...simccWeights], [shape[0], shape[2]]),
          binsX,
          beta,
          hasLabelSoftmax,
        });
      expectLoss(loss, shape, expected);
    },
  );

  test('residual log-likelihood, of the flow too', () => {
    const { tf } = engine;
    const { shape, target, biasGradient } = golden.rle;
    const [batch, , joints] = shape;
    const flow = createRealNvp(engine, 0);
    fillFlow(flow.weights.map(({ variable }) => variable));
    const loss = (predicted: Tensor4D): Scalar =>
      rleLoss(engine, predicted, {
        target: tf.tensor4d([...target], [batch, 1, joints, 2]),
        weights: weightsOf(golden.rle, joints),
        flow,
      });
    expectLoss(loss, shape, golden.rle);
    const bias = flow.weights.find(({ name }) => name === 'rle.flow.t.5.4/bias')!.variable;
    const { grads } = tf.variableGrads(
      () => loss(tf.tensor4d([...golden.rle.predicted], shape)),
      [bias],
    );
    expectNear(grads[bias.name]!.dataSync(), biasGradient, 1e-4);
    flow.dispose();
  });

  test('object keypoint similarity', () => {
    const { shape, target, areas, sigmas, inputSize } = golden.oks;
    const [batch, , joints] = shape;
    const loss = (predicted: Tensor4D): Scalar =>
      oksLoss(engine, predicted, {
        target: engine.tf.tensor4d([...target], [batch, 1, joints, 2]),
        weights: weightsOf(golden.oks, joints),
        areas: engine.tf.tensor1d([...areas]),
        sigmas,
        inputSize,
      });
    // a hundredth of the input is a pixel, in which the similarity changes a lot
    expectLoss(loss, shape, { ...golden.oks, finer: 100 });
  });
});

/** The numbers of losses.golden.py. */
function fillFlow(
  variables: readonly ReturnType<typeof createRealNvp>['weights'][number]['variable'][],
): void {
  let index = 0;
  for (const variable of variables) {
    const values = Float32Array.from(
      { length: variable.size },
      () => Math.sin(index++ * 12.9898) * 0.2,
    );
    engine.tf.tidy(() => {
      variable.assign(engine.tf.tensor(values, variable.shape));
    });
  }
}

test('a fresh flow is nearly the normal distribution, and the same for the same seed', () => {
  const { tf } = engine;
  const [first, second] = [createRealNvp(engine, 3), createRealNvp(engine, 3)];
  const errors = tf.tensor2d([0, 0, 1, -2], [2, 2]);
  const likely = [...first.logProbability(errors).dataSync()];
  expect(likely[0]).toBeCloseTo(-Math.log(2 * Math.PI), 2);
  expect(likely[1]).toBeCloseTo(-Math.log(2 * Math.PI) - 2.5, 2);
  expect([...second.logProbability(errors).dataSync()]).toEqual(likely);
  expect(first.weights.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(53_784);
  for (const flow of [first, second]) flow.dispose();
});

test('a loss that the codec of a model cannot be trained by is refused', () => {
  const inputSize = { height: 64, width: 64 };
  const model = {
    codec: { type: 'simcc', inputSize },
    spec: { name: 'limber-tiny', inputSize, jointCount: 3 },
  } as const;
  expect(() =>
    createPoseLoss('rle', { engine, model, skeleton: { sigmas: [1, 1, 1] }, seed: 0 }),
  ).toThrow('loss "rle": not for the codec simcc: expected kl-divergence, got rle.');
});
