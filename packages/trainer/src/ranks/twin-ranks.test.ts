import type { Engine } from '@limber/engine';
import { describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import type { TwinOptions } from '../fixtures/twin-ranks.suite.ts';
import { asTwin } from '../fixtures/twin-ranks.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Logger } from '../loggers/logger.ts';
import { createKeyedRandom } from '../randomness/keyed-random.ts';
import { Trainer } from '../trainer.ts';
import type { TrainerOptions } from '../trainer-options.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

const data = { train: linearSource(4), val: linearSource(2) };

/** A fit of one epoch as one of two processes. */
async function fitAsTwin(
  twin: TwinOptions,
  options: Omit<TrainerOptions<LinearBatch>, 'engine'> = {},
): Promise<Trainer<LinearBatch>> {
  const trainer = new Trainer<LinearBatch>({
    engine: asTwin(engine, twin),
    maxEpochs: 1,
    numSanityValSteps: 0,
    samplesOf: ({ size }) => size,
    ...options,
  });
  await trainer.fit(module, data);
  return trainer;
}

test('two ranks with the same batches end with the weights of one, and have seen twice as many samples', async () => {
  let samples = 0;
  const gradients: number[][] = [];
  const watch: Callback<LinearBatch> = {
    onBeforeOptimizerStep: (_at, given) => {
      gradients.push(Object.values(given).flatMap((gradient) => [...gradient.dataSync()]));
    },
    onTrainEnd: (at) => void (samples = at.samplesSeen),
  };
  await fitAsTwin({ rank: 0 }, { accumulateGradBatches: 2, callbacks: [watch] });
  expect(samples).toBe(2 * 4 * 4);
  const alone = createLinearModule(engine);
  const callbacks = [watch];
  await new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    accumulateGradBatches: 2,
    samplesOf: ({ size }) => size,
    callbacks,
  }).fit(alone, data);
  expect(samples).toBe(4 * 4);
  expect(gradients.slice(0, 2)).toEqual(gradients.slice(2));
  expect(readLinearWeights(module)).toEqual(readLinearWeights(alone));
  alone.dispose();
});

test('rank 0 gives all weights before the first step, and running statistics before a validation', async () => {
  const shapes: (readonly (readonly number[])[])[] = [];
  const seen: number[][] = [];
  const watch: Callback<LinearBatch> = {
    onTrainStart: () => void seen.push(...Object.values(readLinearWeights(module))),
  };
  await fitAsTwin(
    {
      rank: 1,
      ofRank0: (own) => engine.tf.onesLike(own),
      onBroadcast: (given) => shapes.push(given),
    },
    { callbacks: [watch] },
  );
  expect(shapes).toEqual([[[3, 1], [1], [3]], [[3]]]);
  expect(seen).toEqual([[1, 1, 1], [1], [1, 1, 1]]);
  expect(readLinearWeights(module)['linear/running-mean']).toEqual([1, 1, 1]);
});

test('rank 0 alone writes to the loggers, and a pass that is no fit is of one process', async () => {
  const lines: string[] = [];
  const logger: Logger = {
    type: 'memory',
    open: () => {},
    logMetrics: (metrics) => lines.push(...Object.keys(metrics)),
    getState: () => ({}),
    sync: () => {},
    close: () => {},
  };
  await fitAsTwin({ rank: 1 }, { loggers: [logger] });
  expect(lines).toEqual([]);
  await fitAsTwin({ rank: 0 }, { loggers: [logger] });
  expect(lines).toContain('val/loss');
  const alone = (): never => {
    throw new Error('asked the other rank');
  };
  const trainer = new Trainer<LinearBatch>({ engine: asTwin(engine, { rank: 0, other: alone }) });
  expect(Object.keys(await trainer.validate(module, data.val))).toEqual(['val/loss']);
});

describe('metrics', () => {
  /** What callbacks find after each step of a fit whose first three are not logged. */
  const lossesOf = async (twin: TwinOptions): Promise<(number | undefined)[]> => {
    const losses: (number | undefined)[] = [];
    const watch: Callback<LinearBatch> = {
      onTrainBatchEnd: (at) => void losses.push(at.callbackMetrics['train/loss']),
    };
    await fitAsTwin(twin, { callbacks: [watch], logEveryNSteps: 2 });
    return losses;
  };

  test('of a step are seen once all have agreed on them', async () => {
    const [first, second, third, fourth] = await lossesOf({ rank: 0 });
    expect([first, second]).toEqual([undefined, undefined]);
    expect(third).toBeGreaterThan(0);
    expect(fourth).toBe(third);
  });

  test('are the mean of both', async () => {
    const trainer = await fitAsTwin({ rank: 0 });
    const own = trainer.callbackMetrics['val/loss']!;
    module.dispose();
    module = createLinearModule(engine);
    // the numbers of metrics are no whole ones; those by which ranks find each other are
    const other = (values: readonly number[]): number[] =>
      values.map((value) => (Number.isInteger(value) ? value : value + 1));
    const { callbackMetrics } = await fitAsTwin({ rank: 0, other });
    expect(callbackMetrics['val/loss']).toBeCloseTo(own + 0.5, 9);
  });

  test('of other names are refused', async () => {
    const other = (values: readonly number[]): readonly number[] =>
      values.length === 2 && values[0] === 1 ? [2, values[1]!] : values;
    await expect(fitAsTwin({ rank: 1, other })).rejects.toMatchObject({
      message:
        'rank 1 of 2: the processes have logged different metrics: expected the same names on each, got here val/loss. ' +
        'Log on every rank, in the same hooks.',
    });
  });
});

test('what is random in a step differs between ranks, and is on rank 0 that of one process', async () => {
  const drawAs = async (twin: TwinOptions | null): Promise<number[]> => {
    const drawn: number[] = [];
    const drawing: LinearModule = {
      ...module,
      trainingStep: (...step) => {
        drawn.push(Math.random());
        return module.trainingStep(...step);
      },
    };
    await new Trainer<LinearBatch>({
      engine: twin === null ? engine : asTwin(engine, twin),
      maxEpochs: 1,
      seed: 5,
    }).fit(drawing, data);
    return drawn;
  };
  const alone = await drawAs(null);
  expect(alone).toEqual([0, 1, 2, 3].map((batch) => createKeyedRandom([5, 'Train', 0, batch])()));
  expect(await drawAs({ rank: 0 })).toEqual(alone);
  const other = await drawAs({ rank: 1 });
  expect(new Set([...alone, ...other]).size).toBe(8);
});

describe('a fit ends on this rank', () => {
  /** What the other rank says after the first step: the exit code of a signal, and whether it stops. */
  async function fitUntil(rank: 0 | 1, answer: readonly [number, number]): Promise<number> {
    let step = 0;
    let isAsked = false;
    const watch: Callback<LinearBatch> = {
      onTrainBatchEnd: ({ globalStep }) => {
        step = globalStep;
        isAsked = step === 1;
      },
    };
    const other = (own: readonly number[]): readonly number[] => {
      if (!isAsked) return own;
      isAsked = false;
      return answer;
    };
    await fitAsTwin({ rank, other }, { callbacks: [watch] });
    return step;
  }

  test('with the signal that only the other was given', async () => {
    await expect(fitUntil(0, [143, 0])).rejects.toMatchObject({
      name: 'TrainingInterrupted',
      exitCode: 143,
    });
  });

  test('where rank 0 stops, and only there', async () => {
    expect(await fitUntil(1, [0, 1])).toBe(1);
    expect(await fitUntil(0, [0, 1])).toBe(4);
  });

  test('where the loss of the other is not finite', async () => {
    const other = (values: readonly number[]): readonly number[] =>
      values.length === 1 ? [Number.NaN] : values;
    await expect(fitAsTwin({ rank: 0, other }, { logEveryNSteps: 1 })).rejects.toMatchObject({
      name: 'TrainingDiverged',
    });
  });

  test('where the other is about to train something else', async () => {
    const facts: (readonly number[])[] = [];
    const other = (own: readonly number[]): readonly number[] => {
      if (own.length === 5) facts.push(own);
      return own;
    };
    await fitAsTwin({ rank: 0, other });
    // batches of an epoch, of a validation, its sources, steps, weights
    expect(facts).toEqual([[4, 2, 1, 4, 7]]);
  });

  test('where the other has more data', async () => {
    const other = (values: readonly number[]): readonly number[] =>
      values.length === 5 ? values.with(0, 9) : values;
    await expect(fitAsTwin({ rank: 0, other })).rejects.toMatchObject({
      message:
        'ranks: the processes differ in batches of an epoch: expected the same on each, got 4, 9. ' +
        'Give all ranks the same configuration and data.',
    });
  });
});
