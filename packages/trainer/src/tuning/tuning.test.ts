import type { Engine } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { LimberError } from '@limber/files';
import { describe, expect, test, vi } from 'vitest';
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

  /** A module whose losses are these, one a step, and then the last one again. */
  const losing = (losses: readonly number[]): LinearModule => {
    let step = 0;
    return {
      ...module,
      trainingStep: () => {
        const loss = losses[Math.min(step++, losses.length - 1)]!;
        return module.weights[0]!.variable.sum().mul(0).add(loss).asScalar();
      },
    };
  };
  /** Exponential averages, each divided by the weight that it has so far. */
  const smooth = (losses: readonly number[]): number[] =>
    losses.map((_, at) => {
      const weights = losses.slice(0, at + 1).map((__, before) => 0.98 ** (at - before));
      const sum = weights.reduce((total, weight, before) => total + weight * losses[before]!, 0);
      return sum / weights.reduce((total, weight) => total + weight, 0);
    });
  const train = linearSource(100);

  test('tries rates that grow by factors or by steps, and smooths the losses', async () => {
    const losses = Array.from({ length: 20 }, (_, at) => 3 + Math.sin(at));
    const options = { engine, train, minLr: 0.01, maxLr: 0.05, numTrainingSteps: 20 };
    for (const mode of ['linear', 'exponential'] as const) {
      const { tried } = await findLearningRate({ ...options, mode, module: losing(losses) });
      const rates = losses.map((_, at) =>
        mode === 'linear' ? 0.01 + (0.04 * at) / 19 : 0.01 * 5 ** (at / 19),
      );
      expect(tried).toHaveLength(20);
      for (const [at, { learningRate, smoothedLoss }] of tried.entries()) {
        expect(learningRate).toBeCloseTo(rates[at]!, 12);
        expect(smoothedLoss).toBeCloseTo(smooth(losses)[at]!, 5);
      }
    }
  });

  test('suggests the rate where the smoothed loss falls most, without the first ten and the last', async () => {
    // falls at step 2, which is too early, at 15, and at the end, which is too late
    const losses = Array.from(
      { length: 20 },
      (_, at) => 100 - (at >= 2 ? 50 : 0) - (at >= 15 ? 20 : 0) - (at >= 19 ? 90 : 0),
    );
    const { suggestion, tried } = await findLearningRate({
      engine,
      train,
      module: losing(losses),
      numTrainingSteps: 20,
    });
    const kept = smooth(losses).slice(10, -1);
    const slopes = kept.map((_, at) => {
      const [before, after] = [Math.max(at - 1, 0), Math.min(at + 1, kept.length - 1)];
      return (kept[after]! - kept[before]!) / (after - before);
    });
    const steepest = slopes.indexOf(Math.min(...slopes));
    expect(10 + steepest).toBe(15);
    expect(suggestion).toBe(tried[15]!.learningRate);
  });

  test('ends where the smoothed loss is so many times the best, unless it goes on to the end', async () => {
    const losses = Array.from({ length: 30 }, (_, at) => (at < 15 ? 1 : 1000));
    const options = { engine, train, numTrainingSteps: 30 };
    const { tried } = await findLearningRate({ ...options, module: losing(losses) });
    expect(tried).toHaveLength(15);
    const all = await findLearningRate({
      ...options,
      module: losing(losses),
      earlyStopThreshold: null,
    });
    expect(all.tried).toHaveLength(30);
    const patient = { ...options, module: losing(losses), earlyStopThreshold: 1000 };
    expect((await findLearningRate(patient)).tried).toHaveLength(30);
    // a second step that is much worse says nothing yet
    const early = [1, 1000, ...Array.from({ length: 28 }, () => 1)];
    const second = findLearningRate({ ...options, module: losing(early) });
    await expect(second).rejects.toThrow(
      'too few steps with a finite loss: expected at least 13, got 2.',
    );
  });

  test('of the rates on both sides of a fall the one before it falls most, of equal ones the first', async () => {
    const options = { engine, train, numTrainingSteps: 20, minLr: 0.01 };
    const falling = Array.from({ length: 20 }, (_, at) => (at <= 10 ? 100 : 0));
    for (const losses of [falling, falling.map(() => 0)]) {
      const { suggestion, tried } = await findLearningRate({ ...options, module: losing(losses) });
      expect(suggestion).toBe(tried[10]!.learningRate);
    }
  });

  test('ends before a loss that is not a number, and with any other error', async () => {
    const losses = [...Array.from({ length: 15 }, (_, at) => 2 - at / 10), NaN];
    const options = { engine, train, numTrainingSteps: 30 };
    const { tried } = await findLearningRate({ ...options, module: losing(losses) });
    expect(tried).toHaveLength(15);
    const failing: LinearModule = {
      ...module,
      trainingStep: () => {
        throw new Error('the step failed');
      },
    };
    const failed = findLearningRate({ ...options, module: failing });
    await expect(failed).rejects.toThrow('the step failed');
  });

  test('needs thirteen steps', async () => {
    const options = { engine, train, module: losing([1]) };
    expect((await findLearningRate({ ...options, numTrainingSteps: 13 })).tried).toHaveLength(13);
    await expect(findLearningRate({ ...options, numTrainingSteps: 12 })).rejects.toThrow('got 12.');
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

  test.each([
    [{}, [2, 4, 8, 16, 32, 64], 32],
    [{ initVal: 5 }, [5, 10, 20, 40], 20],
    [{ maxTrials: 3 }, [2, 4, 8], 8],
    [{ mode: 'binsearch' }, [2, 4, 8, 16, 32, 64, 48, 40, 36, 38, 37], 37],
    [{ mode: 'binsearch', maxTrials: 8 }, [2, 4, 8, 16, 32, 64, 48, 40], 32],
    [{ mode: 'binsearch', initVal: 64 }, [64, 32, 48, 40, 36, 38, 37], 37],
  ] as const)('%j tries %j', async (given, sizes, found) => {
    const tried: number[] = [];
    const sourceOf = (size: number) => {
      tried.push(size);
      return options.sourceOf(size);
    };
    expect(await findBatchSize({ engine, module, ...options, ...given, sourceOf })).toBe(found);
    expect(tried).toEqual(sizes);
  });

  test('trains as many steps of each as are asked for', async () => {
    let steps = 0;
    const counting: LinearModule = {
      ...module,
      trainingStep: (...step) => {
        steps++;
        return module.trainingStep(...step);
      },
    };
    const given = { engine, module: counting, ...options, maxTrials: 1 };
    await findBatchSize(given);
    expect(steps).toBe(3);
    await findBatchSize({ ...given, stepsPerTrial: 5 });
    expect(steps).toBe(8);
  });

  test('finds none where not even one sample fits', async () => {
    const sourceOf = (size: number) => ({
      ...linearSource(Math.floor(100 / size), size),
      batches: (): never => {
        throw new Error('RESOURCE_EXHAUSTED');
      },
    });
    const given = { engine, module, sourceOf, memoryLimitBytes: Infinity };
    for (const mode of ['power', 'binsearch'] as const) {
      await expect(findBatchSize({ ...given, mode, initVal: 4 })).rejects.toMatchObject({
        code: 'limit-exceeded',
      });
    }
  });

  test('without a limit takes that of the container, or else of the machine', async () => {
    const given = { engine, module, sourceOf: options.sourceOf, maxTrials: 2 };
    const limit = vi.spyOn(process, 'constrainedMemory');
    for (const none of [0, 2 ** 62]) {
      limit.mockReturnValueOnce(none);
      expect(await findBatchSize(given)).toBe(4);
    }
    limit.mockReturnValueOnce(1);
    await expect(findBatchSize(given)).rejects.toMatchObject({ code: 'limit-exceeded' });
    limit.mockRestore();
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
    for (const error of [
      new Error('a bad sector'),
      new LimberError('corrupt-data', { what: 'x' }),
    ]) {
      const failing = (size: number) => ({
        ...linearSource(Math.floor(100 / size), size),
        batches: (): never => {
          throw error;
        },
      });
      await expect(findBatchSize({ engine, module, sourceOf: failing })).rejects.toBe(error);
    }
  });
});
