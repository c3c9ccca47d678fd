import type { Engine } from '@limber/engine';
import { expect, test, vi } from 'vitest';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { linearSource, readLinearWeights } from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { Callback } from './hooks/callback.ts';
import type { RunningTrainer } from './hooks/running-trainer.ts';
import { Trainer } from './trainer.ts';
import type { TrainerOptions } from './trainer-options.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

function createTrainer(options: Partial<TrainerOptions<LinearBatch>>): Trainer<LinearBatch> {
  return new Trainer({ engine, maxEpochs: 1, numSanityValSteps: 0, ...options });
}

/** Batches done at each validation, over all epochs. */
async function validationsOf(
  options: Partial<TrainerOptions<LinearBatch>>,
  batches: number,
): Promise<number[]> {
  const at: number[] = [];
  let done = 0;
  const watch: Callback<LinearBatch> = {
    onTrainBatchEnd: () => void done++,
    onValidationStart: () => void at.push(done),
  };
  const callbacks = [watch, ...(options.callbacks ?? [])];
  await createTrainer({ ...options, callbacks }).fit(module, {
    train: linearSource(batches),
    val: linearSource(1),
  });
  return at;
}

test.each<[string, Partial<TrainerOptions<LinearBatch>>, number[]]>([
  ['a fraction of the epoch', { valCheckInterval: { fraction: 0.25 } }, [2, 4, 6, 8, 10]],
  ['a count within every epoch', { valCheckInterval: 3, maxEpochs: 2 }, [3, 6, 9, 13, 16, 19]],
  [
    'a count that runs on over epochs',
    { valCheckInterval: 15, checkValEveryNEpoch: null, maxEpochs: 3 },
    [15, 30],
  ],
  [
    'a fraction in every second epoch',
    { valCheckInterval: { fraction: 0.5 }, checkValEveryNEpoch: 2, maxEpochs: 2 },
    [15, 20],
  ],
  [
    'a count that falls into accumulation windows: after the step',
    { valCheckInterval: 3, accumulateGradBatches: 4 },
    [4, 8, 10],
  ],
])('validation comes by %s', async (_name, options, expected) => {
  expect(await validationsOf(options, 10)).toEqual(expected);
});

test('an interval longer than the epoch is refused, unless it runs on', async () => {
  await expect(validationsOf({ valCheckInterval: 11 }, 10)).rejects.toThrow(
    'Trainer.valCheckInterval: not an interval within an epoch: expected a whole number from 1 to 10, or { fraction }, got 11. ' +
      'With checkValEveryNEpoch: null the interval may be longer than an epoch.',
  );
  expect(() => createTrainer({ checkValEveryNEpoch: null })).toThrow(
    'Trainer.valCheckInterval: not a value for this flag: expected a count with checkValEveryNEpoch: null, got { fraction }.',
  );
});

test('stop() waits for minEpochs and minSteps', async () => {
  const stopping: Callback<LinearBatch> = { onTrainBatchEnd: (trainer) => trainer.stop() };
  const endOf = async (flags: Partial<TrainerOptions<LinearBatch>>): Promise<number[]> => {
    const trainer = createTrainer({ maxEpochs: 9, ...flags, callbacks: [stopping] });
    await trainer.fit(module, { train: linearSource(4) });
    return [trainer.globalStep, trainer.currentEpoch];
  };
  expect(await endOf({})).toEqual([1, 0]);
  expect(await endOf({ minSteps: 6 })).toEqual([6, 1]);
  expect(await endOf({ minEpochs: 2 })).toEqual([8, 1]);
});

test('maxEpochs is without end when maxSteps or maxTime ends the fit', async () => {
  const trainer = new Trainer<LinearBatch>({ engine, maxSteps: 5 });
  await trainer.fit(module, { train: linearSource(2) });
  expect([trainer.maxEpochs, trainer.globalStep]).toEqual([-1, 5]);
  expect(new Trainer<LinearBatch>({ engine }).maxEpochs).toBe(1000);
});

test('maxTime ends the fit after the current step, and says so', async () => {
  let ms = 0;
  const said: string[] = [];
  const clock: Callback<LinearBatch> = { onTrainBatchStart: () => void (ms += 1000) };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxTime: '00:00:00:07',
    callbacks: [clock],
    now: () => ms,
    onWarning: (line) => void said.push(line),
  });
  await trainer.fit(module, { train: linearSource(4) });
  expect(trainer.globalStep).toBe(7);
  expect(said).toEqual(['The time of 7 seconds is over: training stops.']);
});

test.each(['1 hour', '00:00:60:00', { minutes: 0 }])('maxTime %j is refused', (maxTime) => {
  const got = typeof maxTime === 'string' ? `'${maxTime}'` : JSON.stringify(maxTime);
  expect(() => createTrainer({ maxTime })).toThrow(
    `Trainer.maxTime: not a length of time: expected 'DD:HH:MM:SS' or { days, hours, minutes, seconds }, above 0, got ${got}.`,
  );
});

test('overfitBatches shows the same batches in every epoch, and as many of validation', async () => {
  const seen: string[] = [];
  let validated = 0;
  const watch: Callback<LinearBatch> = {
    onTrainBatchStart: (_trainer, { inputs }) => void seen.push(inputs.join()),
    onValidationBatchEnd: () => void validated++,
  };
  const trainer = createTrainer({ overfitBatches: 2, maxEpochs: 3, callbacks: [watch] });
  await trainer.fit(module, { train: linearSource(6), val: linearSource(6) });
  expect(seen).toHaveLength(6);
  expect(new Set(seen).size).toBe(2);
  expect(validated).toBe(6);
});

test('every number of a gradient is clipped by value', async () => {
  const clipped: number[] = [];
  const watch: Callback<LinearBatch> = {
    transformGradients: (gradients) => {
      for (const gradient of Object.values(gradients)) clipped.push(...gradient.dataSync());
      return gradients;
    },
  };
  const trainer = createTrainer({
    gradientClipVal: 1,
    gradientClipAlgorithm: 'value',
    callbacks: [watch],
  });
  await trainer.fit(module, { train: linearSource(3) });
  expect(Math.max(...clipped.map(Math.abs))).toBe(1);
  expect(clipped.some((value) => Math.abs(value) < 1)).toBe(true);
});

test('detectAnomaly names the weight whose gradient is not finite', async () => {
  const { tf } = engine;
  const [kernel] = module.weights;
  const broken: LinearModule = {
    ...module,
    trainingStep: (batch, index, trainer) => {
      // its value is 0, its derivative at 0 is not
      const nothing = tf.sqrt(tf.mul(kernel!.variable, 0).sum());
      return tf.add(module.trainingStep(batch, index, trainer), nothing);
    },
  };
  const trainer = createTrainer({ detectAnomaly: true });
  await expect(trainer.fit(broken, { train: linearSource(2) })).rejects.toThrow(
    /^The gradient of "linear\/kernel" has numbers that are not finite \(the loss is [\d.]+\) at step 0 \(epoch 0\): /,
  );
});

test('the precision that a Trainer asks for must be that of the engine', () => {
  expect(() => createTrainer({ precision: 'bf16-mixed' })).toThrow(
    'Trainer.precision: the engine was loaded with another precision: expected bf16-mixed, got 32. ' +
      'Load the engine with the precision of the Trainer.',
  );
  expect(() => createTrainer({ deterministic: true, precision: '32' })).not.toThrow();
});

test('deterministic refuses a GPU whose kernels may differ from run to run, or warns', () => {
  const gpu: Engine = { ...engine, kind: 'native-cuda' };
  const message =
    'Trainer.deterministic: kernels of this engine may give other bits in every run: ' +
    'expected TF_DETERMINISTIC_OPS=1 in the environment before the engine is loaded, got none.';
  expect(() => createTrainer({ engine: gpu, deterministic: true })).toThrow(message);
  const warnings: string[] = [];
  const onWarning = (text: string): void => void warnings.push(text);
  createTrainer({ engine: gpu, deterministic: 'warn', onWarning });
  createTrainer({ engine: gpu, onWarning });
  expect(warnings).toEqual([message]);
  vi.stubEnv('TF_DETERMINISTIC_OPS', '1');
  createTrainer({ engine: gpu, deterministic: true, onWarning });
  vi.stubEnv('TF_DETERMINISTIC_OPS', '0');
  expect(() => createTrainer({ engine: gpu, deterministic: true })).toThrow(/got 0\.$/);
  vi.unstubAllEnvs();
  expect(warnings).toEqual([message]);
});

test('test runs testStep with its own limit, and returns what was logged', async () => {
  const tested: number[] = [];
  const testModule = {
    ...module,
    testStep: (batch: LinearBatch, index: number, trainer: RunningTrainer) => {
      tested.push(index);
      trainer.log('test/size', batch.size);
    },
  };
  const metrics = await createTrainer({ limitTestBatches: 2 }).test(
    testModule as never,
    linearSource(5),
  );
  expect([tested, metrics]).toEqual([[0, 1], { 'test/size': 4 }]);
});

test('limits of 0 leave a stage out, an empty source is an empty pass', async () => {
  expect(await validationsOf({ limitValBatches: 0 }, 3)).toEqual([]);
  const validationBatches: number[] = [];
  const watch: Callback = {
    onTrainEnd: ({ numValBatches }) => void validationBatches.push(numValBatches),
  };
  const trainer = createTrainer({ callbacks: [watch] });
  await trainer.fit(module, { train: linearSource(2), val: linearSource(0) });
  expect(validationBatches).toEqual([0]);
  expect(await trainer.validate(module, linearSource(0))).toEqual({});
});

test('a module may stand around the optimizer step', async () => {
  const before = readLinearWeights(module);
  const skipping: LinearModule = { ...module, optimizerStep: () => {} };
  await createTrainer({}).fit(skipping, { train: linearSource(3) });
  const after = readLinearWeights(module);
  expect(after['linear/kernel']).toEqual(before['linear/kernel']);
});

test('a step lets timers and signals have their turn, however fast batches come', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const waiting = new Promise<number>((resolve) => setImmediate(() => resolve(steps)));
  let steps = 0;
  const counting: Callback<LinearBatch> = { onTrainBatchEnd: () => void steps++ };
  await createTrainer({ callbacks: [counting] }).fit(module, { train: linearSource(50) });
  clearInterval(timer);
  expect(await waiting).toBeLessThanOrEqual(1);
});
