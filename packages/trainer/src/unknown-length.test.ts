import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
import { createStochasticWeightAveraging } from './callbacks/stochastic-weight-averaging.ts';
import type { BatchSource } from './data/batch-source.ts';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { Callback } from './hooks/callback.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { Trainer } from './trainer.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-unknown-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

/** The same batches, from a source that does not say how many there are. */
function stream(batchesPerEpoch: number): BatchSource<LinearBatch> {
  return { ...linearSource(batchesPerEpoch), batchesPerEpoch: Infinity };
}

interface Told {
  readonly batches: [epoch: number, batch: number, isLast: boolean][];
  readonly validations: number[];
}

async function fit(
  into: LinearModule,
  data: { readonly train: BatchSource<LinearBatch>; readonly val?: BatchSource<LinearBatch> },
  options: Partial<TrainerOptions<LinearBatch>>,
): Promise<Told> {
  const told: Told = { batches: [], validations: [] };
  const watch: Callback<LinearBatch> = {
    onTrainBatchEnd: (trainer, _batch, index) =>
      void told.batches.push([trainer.currentEpoch, index, trainer.isLastBatch]),
    onValidationStart: (trainer) => void told.validations.push(trainer.globalStep),
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    numSanityValSteps: 0,
    ...options,
    callbacks: [watch, ...(options.callbacks ?? [])],
  });
  const keepers = (options.callbacks ?? []).some(({ kept }) => kept !== undefined);
  await trainer.fit(into, data, keepers ? { ckptPath: 'last' } : {});
  return told;
}

describe('a source of unknown length', () => {
  test('trains as one of the same batches that says how many, with the last one known as such', async () => {
    const flags = { accumulateGradBatches: 2 };
    const known = createLinearModule(engine);
    const toldOfKnown = await fit(known, { train: linearSource(5), val: linearSource(2) }, flags);
    const told = await fit(module, { train: stream(5), val: stream(2) }, flags);
    expect(told).toEqual(toldOfKnown);
    expect(told.validations).toEqual([3, 6]);
    expect(told.batches[4]).toEqual([0, 4, true]);
    expect(readLinearWeights(module)).toEqual(readLinearWeights(known));
    known.dispose();
  });

  test('may be limited, and may end before', async () => {
    const read = async (limitTrainBatches: number): Promise<number> =>
      (await fit(module, { train: stream(5) }, { limitTrainBatches, maxEpochs: 1 })).batches.length;
    expect([await read(3), await read(9)]).toEqual([3, 5]);
  });

  test('is gone on from exactly, in the middle of an epoch and at its end', async () => {
    const data = { train: stream(5), val: stream(1) };
    const keeperIn = (folder: string) =>
      createModelCheckpoint({ dirpath: join(root, folder), everyNTrainSteps: 1 });
    const whole = createLinearModule(engine);
    await fit(whole, data, { callbacks: [keeperIn('whole')] });
    for (const stopAt of [3, 5]) {
      const stopping: Callback<LinearBatch> = {
        onValidationStart: ({ globalStep }) => {
          if (globalStep === stopAt) throw new Error('stopped');
        },
        onTrainBatchStart: ({ globalStep }) => {
          if (globalStep === stopAt) throw new Error('stopped');
        },
      };
      const folder = `part-${stopAt}`;
      const first = createLinearModule(engine);
      const stopped = fit(first, data, { callbacks: [stopping, keeperIn(folder)] });
      await expect(stopped).rejects.toThrow('stopped');
      const second = createLinearModule(engine);
      const { validations } = await fit(second, data, { callbacks: [keeperIn(folder)] });
      expect(validations).toEqual([5, 10]);
      expect(readLinearWeights(second)).toEqual(readLinearWeights(whole));
      first.dispose();
      second.dispose();
    }
    whole.dispose();
  });

  test('is as long as maxSteps says', async () => {
    const totals: number[] = [];
    const asking: Callback<LinearBatch> = {
      onTrainStart: (trainer) => {
        totals.push(trainer.estimatedSteppingBatches, trainer.stepsPerEpoch);
      },
    };
    await fit(module, { train: stream(4) }, { maxSteps: 6, maxEpochs: -1, callbacks: [asking] });
    expect(totals).toEqual([6, Infinity]);
  });

  test.each<[string, Partial<TrainerOptions<LinearBatch>>, number, string]>([
    [
      'a fraction of it',
      { limitTrainBatches: { fraction: 0.5 } },
      4,
      'Trainer.limitTrainBatches: not a limit of batches: expected a count, of a source of unknown length, got { fraction: 0.5 }.',
    ],
    [
      'a fraction between validations',
      { valCheckInterval: { fraction: 0.5 } },
      4,
      'Trainer.valCheckInterval: a fraction of an epoch, and the source does not say how many batches an epoch has: ' +
        'expected a source with batchesPerEpoch, got Infinity.',
    ],
    [
      'an interval over epochs',
      { valCheckInterval: 3, checkValEveryNEpoch: null },
      4,
      'Trainer.checkValEveryNEpoch: intervals run on over epochs, and the source does not say how many batches an epoch has: ' +
        'expected a source with batchesPerEpoch, got Infinity.',
    ],
    [
      'no batch at all',
      {},
      0,
      'Trainer.fit: no batch to train on: expected at least 1 after limitTrainBatches, got a source that gave none. ' +
        'Lower the batch size, or bring more data.',
    ],
  ])('with %s is refused', async (_case, options, ...[batches, message]) => {
    await expect(fit(module, { train: stream(batches) }, options)).rejects.toThrow(message);
  });

  test('is refused by callbacks that must know where epochs begin', async () => {
    const swa = createStochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 1 });
    await expect(fit(module, { train: stream(2) }, { callbacks: [swa] })).rejects.toThrow(
      'Trainer.fit: where an epoch begins is asked for, and the source does not say how many batches an epoch has: ' +
        'expected a source with batchesPerEpoch, got Infinity.',
    );
  });
});
