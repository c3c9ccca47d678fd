import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import { Trainer } from '../trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

const factsOf = ({ isSanityChecking, isLoggingStep, isLastBatch }: RunningTrainer): object => ({
  isSanityChecking,
  isLoggingStep,
  isLastBatch,
});
const none = { isSanityChecking: false, isLoggingStep: false, isLastBatch: false };

test('before the first batch no step is logged, and no batch is the last', async () => {
  const seen: object[] = [];
  const note = (at: RunningTrainer): void => void seen.push(factsOf(at));
  const callback: Callback<LinearBatch> = {
    onFitStart: note,
    onSanityCheckStart: note,
    onTrainStart: note,
  };
  const options = { engine, maxEpochs: 1, logEveryNSteps: 1, callbacks: [callback] };
  const data = { train: linearSource(1), val: linearSource(1) };
  await new Trainer<LinearBatch>(options).fit(module, data);
  expect(seen).toEqual([none, { ...none, isSanityChecking: true }, none]);
  seen.length = 0;
  await new Trainer<LinearBatch>(options).fit(module, { train: linearSource(1) });
  expect(seen).toEqual([none, none]);
});

test('a module without a validation step is not validated, whatever the data', async () => {
  const { validationStep: step, ...rest } = module;
  expect(step).toBeDefined();
  const training: TrainingModule<LinearBatch> = rest;
  const seen: number[] = [];
  const callback: Callback<LinearBatch> = {
    onTrainStart: (at) => void seen.push(at.numValBatches),
    onValidationStart: () => void seen.push(-1),
  };
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [callback] });
  await trainer.fit(training, { train: linearSource(1), val: linearSource(3) });
  expect(seen).toEqual([0]);
});

test('a trainer that runs does not run twice at once, and runs again afterwards', async () => {
  const trainer: Trainer<LinearBatch> = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    callbacks: [
      {
        onTrainStart: async () => {
          await trainer.validate(module, linearSource(1));
        },
      },
    ],
  });
  const fit = (): Promise<void> => trainer.fit(module, { train: linearSource(1) });
  await expect(fit()).rejects.toThrow('This Trainer is running already: use another one.');
  expect(Object.keys(await trainer.validate(module, linearSource(1)))).toEqual(['val/loss']);
});

test('an epoch that was prepared and never began is closed where the fit ends early', async () => {
  const open: number[] = [];
  const source = {
    batchesPerEpoch: 2,
    async *batches(epoch: number, fromBatch = 0) {
      open.push(epoch);
      try {
        yield* linearSource(2).batches(epoch, fromBatch);
      } finally {
        open.splice(open.indexOf(epoch), 1);
      }
    },
  };
  const seen: number[][] = [];
  const callback: Callback<LinearBatch> = {
    onTrainEpochEnd: () => {
      seen.push([...open]);
      throw new Error('stopped');
    },
  };
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 2, callbacks: [callback] });
  await expect(trainer.fit(module, { train: source })).rejects.toThrow('stopped');
  expect([seen, open]).toEqual([[[1]], []]);
});

test('where a device can only be waited for, what was logged is read before each hook', async () => {
  const adapter = {
    vendor: 'a vendor',
    architecture: '',
    description: '',
    isFallback: false,
    maxBufferBytes: 1,
    maxBindingBytes: 1,
  };
  const heldAt = async (on: Engine): Promise<number[]> => {
    const held: number[] = [];
    const { tf } = engine;
    let before = 0;
    const callback: Callback<LinearBatch> = {
      onTrainBatchStart: () => void (before = tf.memory().numTensors),
      onTrainBatchEnd: () => void held.push(tf.memory().numTensors - before),
    };
    const options = { engine: on, maxEpochs: 1, callbacks: [callback] };
    await new Trainer<LinearBatch>(options).fit(module, { train: linearSource(2) });
    return held;
  };
  const [plain, waiting] = [await heldAt(engine), await heldAt({ ...engine, webgpu: adapter })];
  // the loss of the first step waits to be read, and then makes room for that of the second
  expect(plain.map((count, step) => count - waiting[step]!)).toEqual([1, 0]);
});
