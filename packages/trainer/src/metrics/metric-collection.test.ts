import type { Engine, Scalar } from '@limber/engine';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { createMetricCollection } from './metric-collection.ts';
import { addToReduction, emptyReduction, resultOfReduction } from './reduction.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});

const training = { onStep: true, onEpoch: false };

describe('a metric collection', () => {
  test('gives the value of the step, and nothing of steps before it', () => {
    const metrics = createMetricCollection(engine, training);
    metrics.record('loss', 2);
    metrics.record('loss', 1, {});
    expect(metrics.stepMetrics()).toEqual({ loss: 1 });
    metrics.endStep();
    expect(metrics.stepMetrics()).toEqual({});
    expect(metrics.epochMetrics()).toEqual({});
  });

  test('weighs a mean by batch size, and tells step from epoch by name', () => {
    const metrics = createMetricCollection(engine, training);
    const both = { onStep: true, onEpoch: true };
    metrics.record('loss', 1, { ...both, batchSize: 3 });
    metrics.record('loss', 5, { ...both, batchSize: 1 });
    expect(metrics.stepMetrics()).toEqual({ loss_step: 5 });
    expect(metrics.epochMetrics()).toEqual({ loss_epoch: 2 });
  });

  test('weighs every value of a mean, and none of a sum', () => {
    const metrics = createMetricCollection(engine, { onStep: false, onEpoch: true });
    for (const [value, batchSize] of [
      [1, 3],
      [5, 2],
    ] as const) {
      metrics.record('loss', value, { batchSize });
      metrics.record('seen', value, { batchSize, reduce: 'sum' });
    }
    expect(metrics.epochMetrics()).toEqual({ loss: 13 / 5, seen: 6 });
    expect(metrics.getState()['loss']!.reduction).toEqual({
      type: 'mean',
      count: 2,
      value: 13,
      weight: 5,
    });
  });

  test('reduces nothing that is of steps alone', () => {
    const metrics = createMetricCollection(engine, training);
    metrics.record('loss', 2);
    expect(metrics.getState()['loss']!.reduction).toEqual(emptyReduction('mean'));
  });

  test('settles by reading and freeing all that is pending', async () => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const metrics = createMetricCollection(engine, { onStep: false, onEpoch: true });
    for (const name of ['a', 'b']) {
      tf.tidy(() => metrics.record(name, tf.scalar(4) as Scalar));
      metrics.record(name, 2);
    }
    await metrics.settle();
    expect(tf.memory().numTensors).toBe(before);
    expect(metrics.epochMetrics()).toEqual({ a: 3, b: 3 });
    await metrics.settle();
    expect(metrics.epochMetrics()).toEqual({ a: 3, b: 3 });
  });

  test('keeps tensors until they are read, and frees them then', () => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const metrics = createMetricCollection(engine, { onStep: false, onEpoch: true });
    for (const value of [1, 2, 6]) {
      tf.tidy(() => metrics.record('loss', tf.scalar(value) as Scalar));
    }
    expect(tf.memory().numTensors).toBe(before + 3);
    expect(metrics.epochMetrics()).toEqual({ loss: 3 });
    expect(tf.memory().numTensors).toBe(before);
    tf.tidy(() => metrics.record('loss', tf.scalar(1) as Scalar));
    metrics.reset();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('goes on from its state', () => {
    const epoch = { onStep: false, onEpoch: true };
    const whole = createMetricCollection(engine, epoch);
    const first = createMetricCollection(engine, epoch);
    const second = createMetricCollection(engine, epoch);
    for (const value of [0.1, 0.2]) {
      whole.record('loss', value);
      first.record('loss', value);
    }
    second.reset(JSON.parse(JSON.stringify(first.getState())));
    whole.record('loss', 0.7);
    second.record('loss', 0.7);
    expect(second.epochMetrics()).toEqual(whole.epochMetrics());
  });

  test('refuses one name with two meanings', () => {
    const metrics = createMetricCollection(engine, training);
    metrics.record('loss', 1);
    expect(() => metrics.record('loss', 1, { progressBar: true })).toThrow(
      /^log\("loss"\): logged in one epoch with different options: expected .+ Give each metric a name of its own\.$/,
    );
  });
});

describe('a reduction', () => {
  const values = fc.array(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    {
      minLength: 1,
    },
  );
  const reduce = (type: 'sum' | 'min' | 'max' | 'last' | 'mean', list: readonly number[]) =>
    resultOfReduction(
      list.reduce((sum, value) => addToReduction(sum, value, 1), emptyReduction(type)),
    );

  test('is what it is called', () => {
    fc.assert(
      fc.property(values, (list) => {
        const sum = list.reduce((total, value) => total + value, 0);
        expect(reduce('sum', list)).toBeCloseTo(sum, 6);
        expect(reduce('mean', list)).toBeCloseTo(sum / list.length, 6);
        expect(reduce('min', list)).toBe(Math.min(...list));
        expect(reduce('max', list)).toBe(Math.max(...list));
        expect(reduce('last', list)).toBe(list.at(-1));
      }),
    );
  });

  test('of nothing is null', () => {
    expect(resultOfReduction(emptyReduction('mean'))).toBe(null);
  });
});
