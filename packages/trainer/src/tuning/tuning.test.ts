import type { Engine } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { LimberError } from '@limber/files';
import { describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource, readLinearWeights } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import { constantRate } from '../schedules/learning-rate-schedule.ts';
import { findBatchSize } from './find-batch-size.ts';
import { findLearningRate } from './find-learning-rate.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

describe('findLearningRate', () => {
  test('suggests a rate that trains, and leaves no trace', async () => {
    const { tf } = engine;
    const [kernel, bias] = module.weights;
    const sgd: LinearModule = {
      ...module,
      configureOptimizers: () => ({
        optimizer: createOptimizer(engine, [kernel!.variable, bias!.variable], { type: 'sgd' }),
        schedule: constantRate(1),
      }),
    };
    const [weights, tensors] = [readLinearWeights(module), tf.memory().numTensors];
    const { suggestion, tried } = await findLearningRate({
      engine,
      module: sgd,
      train: linearSource(7),
      minLr: 1e-4,
      maxLr: 10,
    });
    expect(readLinearWeights(module)).toEqual(weights);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tried[0]!.learningRate).toBeCloseTo(1e-4, 10);
    // it ended before 10, where the loss flies away
    expect(tried.length).toBeLessThan(100);
    // gradient descent on these data diverges above about 1
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(1);
  });

  test('takes a module that is a class', async () => {
    class Subject implements TrainingModule<LinearBatch> {
      readonly weights = module.weights;
      trainingStep(...step: Parameters<LinearModule['trainingStep']>) {
        return module.trainingStep(...step);
      }
      configureOptimizers(trainer: RunningTrainer) {
        return module.configureOptimizers(trainer);
      }
    }
    const subject = new Subject();
    const { tried } = await findLearningRate({ engine, module: subject, train: linearSource(7) });
    expect(tried[0]!.learningRate).toBeCloseTo(1e-8, 15);
    expect(tried[1]!.learningRate).toBeCloseTo(1e-8 * 1e8 ** (1 / 99), 15);
  });

  test('with too few steps says so', async () => {
    const options = { engine, module, train: linearSource(3), numTrainingSteps: 8 };
    await expect(findLearningRate(options)).rejects.toThrow(
      'findLearningRate: too few steps with a finite loss: expected at least 13, got 8. Lower minLr, or take more steps.',
    );
  });
});

describe('findBatchSize', () => {
  /** 100 samples, and a device that holds 37 of them. */
  const options = {
    sourceOf: (size: number) => ({
      ...linearSource(Math.floor(100 / size), size),
      async *batches(epoch: number, from?: number) {
        if (size > 37) throw new Error('OOM when allocating tensor');
        yield* linearSource(Math.floor(100 / size), size).batches(epoch, from);
      },
    }),
    memoryLimitBytes: Infinity,
  };

  test('doubles until it fails, or narrows down to the last that fits', async () => {
    const weights = readLinearWeights(module);
    expect(await findBatchSize({ engine, module, ...options })).toBe(32);
    expect(await findBatchSize({ engine, module, ...options, mode: 'binsearch' })).toBe(37);
    expect(readLinearWeights(module)).toEqual(weights);
  });

  test('an engine that takes no larger tensor says so by its code', async () => {
    const sourceOf = (size: number) => ({
      ...linearSource(Math.floor(100 / size), size),
      async *batches(epoch: number, from?: number) {
        if (size > 9) throw new LimberError('limit-exceeded', { what: 'too large a tensor' });
        yield* linearSource(Math.floor(100 / size), size).batches(epoch, from);
      },
    });
    expect(await findBatchSize({ engine, module, sourceOf, memoryLimitBytes: Infinity })).toBe(8);
  });

  test('stops where the data do not fill a batch', async () => {
    const sourceOf = (size: number) => linearSource(Math.floor(20 / size), size);
    expect(await findBatchSize({ engine, module, sourceOf, mode: 'binsearch' })).toBe(20);
  });

  test('counts a process that grows too large as failed', async () => {
    const trial = findBatchSize({ engine, module, ...options, memoryLimitBytes: 1 });
    await expect(trial).rejects.toThrow(
      'findBatchSize: not even the first size fits: expected a smaller initVal, or a smaller model, got initVal 2.',
    );
  });

  test('does not hide other errors', async () => {
    const sourceOf = () => {
      throw new Error('the shards are gone');
    };
    await expect(findBatchSize({ engine, module, sourceOf })).rejects.toThrow(
      'the shards are gone',
    );
  });
});
