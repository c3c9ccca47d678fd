import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, NamedWeight, Tensor } from '@limber/engine';
import { createOptimizer, namedWeights, trainableVariables } from '@limber/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createModelCheckpoint } from '../callbacks/model-checkpoint.ts';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import { constantRate } from '../schedules/learning-rate-schedule.ts';
import { Trainer } from '../trainer.ts';
import { createKeyedRandom, withKeyedRandom } from './keyed-random.ts';
import { seedEverything } from './seed-everything.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-randomness-'));
const usual = Math.random;
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});
afterEach(() => {
  seedEverything(0);
  Math.random = usual;
});
afterAll(() => rmSync(root, { recursive: true }));

/** A network that drops half of its hidden numbers, and notes how many of the first batch stay. */
function createDroppingModule(): TrainingModule<LinearBatch> & { readonly masks: number[][] } {
  const { tf } = engine;
  const dropout = tf.layers.dropout({ rate: 0.5 });
  const hidden = tf.layers.dense({
    name: 'hidden',
    units: 8,
    inputShape: [3],
    kernelInitializer: 'ones',
  });
  const last = tf.layers.dense({ name: 'last', units: 1, kernelInitializer: 'ones' });
  const model = tf.sequential({ layers: [hidden, dropout, last] });
  const weights: NamedWeight[] = namedWeights(model);
  const masks: number[][] = [];
  return {
    weights,
    masks,
    configureOptimizers: () => ({
      optimizer: createOptimizer(engine, trainableVariables(model), { type: 'adam' }),
      schedule: constantRate(0.01),
    }),
    trainingStep: (batch) => {
      const inputs = tf.tensor2d(batch.inputs, [batch.size, 3]);
      const dropped = dropout.apply(tf.ones([1, 16]), { training: true });
      masks.push([...(dropped as Tensor).dataSync()]);
      const output = model.apply(inputs, { training: true }) as typeof inputs;
      return tf.losses
        .meanSquaredError(tf.tensor2d(batch.targets, [batch.size, 1]), output)
        .asScalar();
    },
  };
}

interface DroppingFit {
  readonly folder: string;
  readonly stopAt?: number;
  readonly seed?: number;
}

async function fit({ folder, stopAt = Infinity, seed }: DroppingFit) {
  const module = createDroppingModule();
  const dirpath = join(root, folder);
  const stopping: Callback<LinearBatch> = {
    onTrainBatchStart: ({ globalStep }) => {
      if (globalStep === stopAt) throw new Error('stopped');
    },
  };
  const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 2 });
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    callbacks: [stopping, keeper],
    ...(seed === undefined ? {} : { seed }),
  });
  await trainer.fit(module, { train: linearSource(4) }, { ckptPath: 'last' });
  const weights = module.weights.map(({ variable }) => [...variable.dataSync()]);
  return { weights, masks: module.masks };
}

describe('dropout', () => {
  test('of every step is another, and the same in a fit that was interrupted', async () => {
    const whole = await fit({ folder: 'whole' });
    expect(new Set(whole.masks.map((mask) => mask.join())).size).toBe(8);
    await expect(fit({ folder: 'part', stopAt: 5 })).rejects.toThrow('stopped');
    const resumed = await fit({ folder: 'part' });
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.masks).toEqual(whole.masks.slice(4));
  });

  test('is that of the seed, and a resumed fit keeps the one that it began with', async () => {
    const first = await fit({ folder: 'seed-1', seed: 1 });
    const second = await fit({ folder: 'seed-2', seed: 2 });
    expect(second.masks).not.toEqual(first.masks);
    await expect(fit({ folder: 'kept', seed: 1, stopAt: 5 })).rejects.toThrow('stopped');
    seedEverything(3);
    expect((await fit({ folder: 'kept' })).weights).toEqual(first.weights);
    seedEverything(1);
    expect((await fit({ folder: 'everything' })).masks).toEqual(first.masks);
  });
});

describe('seedEverything', () => {
  test('makes initial weights the same', () => {
    const initial = (): number[] => {
      const { tf } = engine;
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3] })] });
      const values = [...model.getWeights()[0]!.dataSync()];
      model.dispose();
      return values;
    };
    expect(seedEverything(7)).toBe(7);
    const first = initial();
    expect(initial()).not.toEqual(first);
    seedEverything(7);
    expect(initial()).toEqual(first);
  });

  test('takes whole numbers', () => {
    expect(() => seedEverything(0.5)).toThrow(
      'seedEverything: not a seed: expected a whole number, got 0.5.',
    );
  });
});

describe('keyed random numbers', () => {
  test('are those of SHA-256, the same on every machine', () => {
    const random = createKeyedRandom([1, 'Train', 0, 3]);
    const drawn = Array.from({ length: 7 }, () => random());
    expect(drawn).toEqual([
      0.6292201238449913, 0.3976073542498426, 0.13600392902370118, 0.08701695874876947,
      0.822722771157661, 0.6678960966468956, 0.0072435446050214125,
    ]);
    expect(new Set(drawn).size).toBe(7);
  });

  test('are uniform', () => {
    const random = createKeyedRandom(['uniform']);
    const drawn = Array.from({ length: 10_000 }, () => random());
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    // the standard deviation of this mean is 0.003
    expect(mean).toBeCloseTo(0.5, 2);
    expect([Math.min(...drawn) >= 0, Math.max(...drawn) < 1]).toEqual([true, true]);
  });

  test('leave Math.random as it was, whatever happens', () => {
    expect(withKeyedRandom([1], () => Math.random())).toBe(createKeyedRandom([1])());
    expect(() =>
      withKeyedRandom([1], () => {
        throw new Error('a step');
      }),
    ).toThrow('a step');
    expect(Math.random).toBe(usual);
  });
});
