import type { Engine } from '@limber/engine';
import { describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { Callback } from './hooks/callback.ts';
import type { RunningTrainer } from './hooks/running-trainer.ts';
import type { Logger } from './loggers/logger.ts';
import { Trainer } from './trainer.ts';
import type { TrainerOptions } from './trainer-options.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

type Line = Record<string, number>;

/** Keeps lines in memory. */
function memoryLogger(): Logger & { lines: Line[] } {
  const lines: Line[] = [];
  return {
    lines,
    type: 'memory',
    open: () => {},
    logMetrics: (metrics, { step, epoch }) => void lines.push({ step, epoch, ...metrics }),
    getState: () => ({ lines: lines.length }),
    sync: () => {},
    close: () => {},
  };
}

function createTrainer(options: Partial<TrainerOptions<LinearBatch>>): Trainer<LinearBatch> {
  return new Trainer({ engine, maxEpochs: 1, numSanityValSteps: 0, ...options });
}

/** Notes the epoch of each call of one hook. */
function epochsOf(hook: keyof Callback<LinearBatch>): {
  callback: Callback<LinearBatch>;
  epochs: number[];
} {
  const epochs: number[] = [];
  const note = (trainer: { currentEpoch: number }): void => void epochs.push(trainer.currentEpoch);
  return { callback: { [hook]: note }, epochs };
}

describe('limits', () => {
  test('maxSteps ends a fit within an epoch, and within an accumulation window not', async () => {
    const trainer = createTrainer({ maxEpochs: -1, maxSteps: 4, accumulateGradBatches: 2 });
    await trainer.fit(module, { train: linearSource(5) });
    // epoch 0 has 3 steps: two windows of 2 and the rest; the fourth is the first of epoch 1
    expect([trainer.globalStep, trainer.currentEpoch]).toEqual([4, 1]);
    expect(trainer.estimatedSteppingBatches).toBe(4);
  });

  test('limitTrainBatches takes a count or a fraction', async () => {
    for (const [limit, steps] of [
      [3, 3],
      [{ fraction: 0.5 }, 5],
      [Infinity, 10],
    ] as const) {
      const trainer = createTrainer({ limitTrainBatches: limit });
      await trainer.fit(module, { train: linearSource(10) });
      expect(trainer.globalStep).toBe(steps);
    }
  });

  test('no batch at all is an error that says so', async () => {
    await expect(createTrainer({}).fit(module, { train: linearSource(0) })).rejects.toThrow(
      'Trainer.fit: no batch to train on: expected at least 1 after limitTrainBatches, got 0 of 0. ' +
        'Lower the batch size, or bring more data.',
    );
  });

  test('checkValEveryNEpoch leaves validations out', async () => {
    const { callback, epochs } = epochsOf('onValidationStart');
    const trainer = createTrainer({ maxEpochs: 5, checkValEveryNEpoch: 2, callbacks: [callback] });
    await trainer.fit(module, { train: linearSource(2), val: linearSource(1) });
    expect(epochs).toEqual([1, 3]);
  });

  test('fastDevRun runs one batch of everything and logs nothing', async () => {
    const logger = memoryLogger();
    const { callback, epochs } = epochsOf('onValidationBatchStart');
    const options = { fastDevRun: true, logEveryNSteps: 1, loggers: [logger] };
    const trainer = createTrainer({ ...options, callbacks: [callback] });
    await trainer.fit(module, { train: linearSource(5), val: linearSource(5) });
    expect([trainer.globalStep, epochs, logger.lines]).toEqual([1, [0], []]);
    expect([trainer.isFastDevRun, createTrainer({}).isFastDevRun]).toEqual([true, false]);
  });

  test('a flag out of its range is named', () => {
    expect(() => createTrainer({ accumulateGradBatches: 0 })).toThrow(
      'Trainer.accumulateGradBatches: not a value for this flag: expected a whole number >= 1, got 0.',
    );
  });
});

test('isLastBatch is true in all hooks of the last batch, and in the validation after it', async () => {
  const seen: [string, boolean][] = [];
  const note = (name: string) => (trainer: RunningTrainer) =>
    void seen.push([name, trainer.isLastBatch]);
  const watching: Callback<LinearBatch> = {
    onTrainBatchStart: note('start'),
    onTrainBatchEnd: note('end'),
    onValidationStart: note('validation'),
    onTrainEpochStart: note('epoch'),
  };
  const trainer = createTrainer({ maxEpochs: 2, numSanityValSteps: 0, callbacks: [watching] });
  await trainer.fit(module, { train: linearSource(2), val: linearSource(1) });
  const epoch = [
    ['epoch', false],
    ['start', false],
    ['end', false],
    ['start', true],
    ['end', true],
    ['validation', true],
  ];
  expect(seen).toEqual([...epoch, ...epoch]);
});

describe('stopping', () => {
  test('stop() ends the fit after the batch, with a last validation', async () => {
    const { callback, epochs } = epochsOf('onValidationStart');
    const stopping: Callback<LinearBatch> = {
      onTrainBatchEnd: (trainer) => {
        if (trainer.globalStep === 3) trainer.stop();
      },
    };
    const trainer = createTrainer({ maxEpochs: 9, callbacks: [stopping, callback] });
    await trainer.fit(module, { train: linearSource(4), val: linearSource(1) });
    expect([trainer.globalStep, epochs]).toEqual([3, [0]]);
  });

  test('stop() before the first epoch ends the fit there', async () => {
    const { callback, epochs } = epochsOf('onTrainEpochStart');
    const stopping: Callback<LinearBatch> = { onTrainStart: (trainer) => trainer.stop() };
    const trainer = createTrainer({ maxEpochs: 3, callbacks: [stopping, callback] });
    await trainer.fit(module, { train: linearSource(2) });
    expect([trainer.globalStep, epochs]).toEqual([0, []]);
  });

  test('skip-epoch leaves out the rest of an epoch', async () => {
    const skipping: Callback<LinearBatch> = {
      onTrainBatchStart: (_trainer, _batch, index) => {
        if (index === 2) return 'skip-epoch';
      },
    };
    const trainer = createTrainer({ maxEpochs: 2, callbacks: [skipping] });
    await trainer.fit(module, { train: linearSource(4) });
    expect([trainer.globalStep, trainer.currentEpoch]).toEqual([4, 1]);
  });

  test('a loss of NaN ends the fit', async () => {
    const { tf } = engine;
    const broken: LinearModule = {
      ...module,
      trainingStep: (...step) => tf.mul(module.trainingStep(...step), Number.NaN),
    };
    const trainer = createTrainer({ logEveryNSteps: 2 });
    await expect(trainer.fit(broken, { train: linearSource(4) })).rejects.toThrow(
      'The loss is NaN at step 2 (epoch 0): expected a finite number. ' +
        'Lower the learning rate, lengthen the warm-up, or clip the gradients.',
    );
  });
});

describe('gradients', () => {
  test('accumulated over batches are those of one batch of all their samples', async () => {
    const whole = createLinearModule(engine);
    const parts = linearSource(2);
    const joined = {
      batchesPerEpoch: 1,
      async *batches(epoch: number) {
        const both: LinearBatch[] = [];
        for await (const batch of parts.batches(epoch)) both.push(batch);
        yield {
          size: 8,
          inputs: Float32Array.from(both.flatMap(({ inputs }) => [...inputs])),
          targets: Float32Array.from(both.flatMap(({ targets }) => [...targets])),
        };
      },
    };
    const options = { maxEpochs: 3 };
    await createTrainer({ ...options, accumulateGradBatches: 2 }).fit(module, { train: parts });
    await createTrainer(options).fit(whole, { train: joined });
    const [a, b] = [readLinearWeights(module), readLinearWeights(whole)];
    for (const name of ['linear/kernel', 'linear/bias']) {
      for (const [at, value] of a[name]!.entries()) expect(value).toBeCloseTo(b[name]![at]!, 5);
    }
    whole.dispose();
  });

  test('are clipped to gradientClipVal', async () => {
    const norms: number[] = [];
    const clipping: LinearModule = {
      ...module,
      configureOptimizers: (trainer) => {
        const setup = module.configureOptimizers(trainer);
        const { optimizer } = setup;
        return {
          ...setup,
          optimizer: {
            ...optimizer,
            dispose: () => optimizer.dispose(),
            applyGradients: (gradients, rate) => {
              const squares = Object.values(gradients).flatMap((one) =>
                [...one.dataSync()].map((value) => value ** 2),
              );
              norms.push(Math.sqrt(squares.reduce((sum, value) => sum + value, 0)));
              optimizer.applyGradients(gradients, rate);
            },
          },
        };
      },
    };
    await createTrainer({ gradientClipVal: 0.5 }).fit(clipping, { train: linearSource(3) });
    expect(norms).toHaveLength(3);
    for (const norm of norms) expect(norm).toBeCloseTo(0.5, 4);
  });
});

describe('logging', () => {
  test('writes steps that are due, then the validation, with its mean by samples', async () => {
    const logger = memoryLogger();
    const trainer = createTrainer({ logEveryNSteps: 2, loggers: [logger] });
    await trainer.fit(module, { train: linearSource(5), val: linearSource(2) });
    expect(
      logger.lines.map(({ step, epoch, ...rest }) => [step, epoch, Object.keys(rest)]),
    ).toEqual([
      [2, 0, ['train/loss']],
      [4, 0, ['train/loss']],
      [5, 0, ['val/loss']],
    ]);
    expect(trainer.callbackMetrics['val/loss']).toBe(logger.lines[2]!['val/loss']);
  });

  test('is refused in a hook that runs again after an interruption', async () => {
    const early: Callback<LinearBatch> = { onTrainStart: (trainer) => trainer.log('early', 1) };
    const trainer = createTrainer({ callbacks: [early] });
    await expect(trainer.fit(module, { train: linearSource(1) })).rejects.toThrow(
      'log("early"): logged where its line would be lost, or be there twice after an interruption: ' +
        'expected a call from onTrainEpochStart to onTrainEpochEnd, or from an evaluation pass, got one from another hook.',
    );
  });
});

test('validate and predict use the weights as they are', async () => {
  const trainer = createTrainer({ maxEpochs: 30 });
  await trainer.fit(module, { train: linearSource(10) });
  const metrics = await trainer.validate(module, linearSource(3));
  expect(metrics['val/loss']).toBeLessThan(0.05);
  expect(trainer.globalStep).toBe(300);
  const predictions = await trainer.predict(module, linearSource(2));
  expect(predictions.map((batch) => batch.length)).toEqual([4, 4]);
});

test('two callbacks with one state key are refused', () => {
  const twin: Callback = { stateKey: 'twin', stateDict: () => ({}) };
  expect(() => createTrainer({ callbacks: [twin, { ...twin }] })).toThrow(
    'Trainer.callbacks: two callbacks with one stateKey: ' +
      'expected a key of its own for each callback with state, got twin.',
  );
});

test('an end without failures is no exception to anybody', async () => {
  let exceptions = 0;
  const watch: Callback<LinearBatch> = { onException: () => void exceptions++ };
  await createTrainer({ callbacks: [watch] }).fit(module, { train: linearSource(1) });
  expect(exceptions).toBe(0);
});

describe('an end with failures', () => {
  test('throws the first, warns of the others, tears down, and leaves the trainer free', async () => {
    const warnings: string[] = [];
    let teardowns = 0;
    const fail = (message: string) => (): never => {
      throw new Error(message);
    };
    const trainer = createTrainer({
      onWarning: (message) => void warnings.push(message),
      loggers: [{ ...memoryLogger(), close: fail('the disk is full') }],
      callbacks: [
        {
          onTrainBatchEnd: fail('the cause'),
          onException: fail('no answer'),
          teardown: () => void teardowns++,
        },
      ],
    });
    await expect(trainer.fit(module, { train: linearSource(2) })).rejects.toThrow('the cause');
    expect(warnings.slice(-2)).toEqual([
      'At the end, besides: Error: no answer',
      'At the end, besides: Error: the disk is full',
    ]);
    expect(teardowns).toBe(1);
    await expect(trainer.fit(module, { train: linearSource(2) })).rejects.toThrow('the cause');
  });
});
