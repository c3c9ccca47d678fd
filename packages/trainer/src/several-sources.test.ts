import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { linearSource } from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import { createProgressBar } from './callbacks/progress.ts';
import type { DataModule } from './data/data-module.ts';
import type { Callback } from './hooks/callback.ts';
import type { TestModule } from './hooks/training-module.ts';
import type { TrainerFlags } from './loops/trainer-flags.ts';
import { Trainer } from './trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each), { isLogging: false });

/** Fits an epoch with these sources of validation. @returns what was validated, and the metrics. */
async function fitWith(
  batches: readonly number[],
  flags: Partial<TrainerFlags> = {},
  callback: Callback<LinearBatch> = {},
) {
  const seen: string[] = [];
  const validating: LinearModule = {
    ...module,
    validationStep: (_batch, index, trainer) => {
      seen.push(`${trainer.dataloaderIdx}:${index}`);
      trainer.log('val/index', 10 * trainer.dataloaderIdx + index);
      trainer.log('val/all', index + 1, { addDataloaderIdx: false, reduce: 'sum' });
    },
  };
  const options = { engine, maxEpochs: 1, numSanityValSteps: 0, ...flags };
  const trainer = new Trainer<LinearBatch>({ ...options, callbacks: [callback] });
  const val = batches.map((count) => linearSource(count));
  await trainer.fit(validating, { train: linearSource(2), val });
  return { seen, metrics: trainer.callbackMetrics };
}

test('several sources are validated one after another, each metric by its source as in Lightning', async () => {
  const { seen, metrics } = await fitWith([2, 3]);
  expect(seen).toEqual(['0:0', '0:1', '1:0', '1:1', '1:2']);
  expect(metrics).toEqual({
    'val/index/dataloader_idx_0': 0.5,
    'val/index/dataloader_idx_1': 11,
    'val/all': 9,
  });
});

test('of a list of one source, metrics keep their names', async () => {
  const { metrics } = await fitWith([2]);
  expect(metrics).toEqual({ 'val/index': 0.5, 'val/all': 3 });
});

test('an empty source among others is passed over', async () => {
  expect((await fitWith([0, 2])).seen).toEqual(['1:0', '1:1']);
});

test('an empty list is no validation', async () => {
  const counts: number[] = [];
  const { seen } = await fitWith(
    [],
    { numSanityValSteps: 2 },
    {
      onTrainStart: ({ numValBatches }) => void counts.push(numValBatches),
    },
  );
  expect([seen, counts]).toEqual([[], [0]]);
});

test('limits and the sanity check are of each source, as in Lightning', async () => {
  const fractions: TrainerFlags['limitValBatches'] = { fraction: 0.5 };
  expect((await fitWith([2, 6], { limitValBatches: fractions })).seen).toEqual([
    '0:0',
    '1:0',
    '1:1',
    '1:2',
  ]);
  const checked = await fitWith([1, 3], { numSanityValSteps: 2, limitTrainBatches: 1 });
  expect(checked.seen.slice(0, 3)).toEqual(['0:0', '1:0', '1:1']);
  expect(checked.seen).toHaveLength(3 + 4);
  expect((await fitWith([1, 3], { numSanityValSteps: -1 })).seen).toHaveLength(4 + 4);
});

test('hooks of a batch know its source, those of the epoch have none and name without it', async () => {
  const lines: unknown[] = [];
  const { metrics } = await fitWith(
    [1, 2],
    {},
    {
      onValidationBatchStart: ({ dataloaderIdx }, _batch, index) =>
        void lines.push([dataloaderIdx, index]),
      onValidationBatchEnd: (trainer) => trainer.log('seen', 1, { reduce: 'sum' }),
      onValidationEpochEnd: (trainer) => trainer.log('whole', trainer.numValBatches),
    },
  );
  expect(lines).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
  expect(metrics).toMatchObject({
    'seen/dataloader_idx_0': 1,
    'seen/dataloader_idx_1': 2,
    whole: 3,
  });
});

test('a progress bar counts the batches of all sources', async () => {
  const texts: string[] = [];
  const terminal = { write: (text: string) => void texts.push(text) };
  await fitWith([1, 2], {}, createProgressBar({ terminal, samplesOf: () => 1, now: () => 0 }));
  expect(texts.filter((text) => text.includes('validating')).map((text) => text.slice(5))).toEqual([
    'validating 1/3',
    'validating 2/3',
    'validating 3/3',
  ]);
});

test('validate and test take several sources, from a data module too', async () => {
  const trainer = new Trainer<LinearBatch>({ engine, limitTestBatches: 1 });
  const logging: LinearModule & TestModule<LinearBatch> = {
    ...module,
    validationStep: (_batch, index, at) => at.log('index', index),
    testStep: (_batch, index, at) => at.log('index', index),
  };
  const both = [linearSource(1), linearSource(3)];
  expect(await trainer.validate(logging, both)).toEqual({
    'index/dataloader_idx_0': 0,
    'index/dataloader_idx_1': 1,
  });
  const data: DataModule<LinearBatch> = { valSource: () => both, testSource: () => both };
  expect(Object.keys(await trainer.validate(logging, data))).toHaveLength(2);
  expect(await trainer.test(logging, data)).toEqual({
    'index/dataloader_idx_0': 0,
    'index/dataloader_idx_1': 0,
  });
  await expect(trainer.validate(logging, [])).rejects.toThrow(
    'Trainer.validate: nothing to read: expected at least one source, got none.',
  );
});
