import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../checkpoints/checkpoint-file.ts';
import { loadCheckpointWeights } from '../checkpoints/load-checkpoint-weights.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TestModule } from '../hooks/training-module.ts';
import { Trainer } from '../trainer.ts';
import { createEma } from './ema.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-ema-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

const data = { train: linearSource(4), val: linearSource(1) };
type Weights = Record<string, number[]>;

/** Trains with an EMA. @returns the trainer, the raw weights after each step, and what validation saw. */
async function fitAveraged(into: LinearModule, folder: string, more: Callback<LinearBatch>[] = []) {
  const raw: Weights[] = [readLinearWeights(into)];
  const validated: Weights[] = [];
  const watching: Callback<LinearBatch> = {
    onTrainBatchEnd: () => void raw.push(readLinearWeights(into)),
    onValidationBatchStart: () => void validated.push(readLinearWeights(into)),
  };
  const keeper = createModelCheckpoint({ dirpath: join(root, folder), monitor: 'val/loss' });
  const callbacks = [createEma({ decay: 0.8 }), watching, ...more, keeper];
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    numSanityValSteps: 0,
    callbacks,
  });
  await trainer.fit(into, data, { ckptPath: 'last' });
  return { trainer, raw, validated, file: keeper.bestModelPath! };
}

function averageOf(raw: readonly Weights[], name: string): number[] {
  return raw
    .map((weights) => weights[name]!)
    .reduce((mean, values) => mean.map((value, at) => 0.8 * value + 0.2 * values[at]!));
}

describe('EMA', () => {
  test('averages every weight over the steps, shows validation the averages, and leaves them in the module', async () => {
    const before = engine.tf.memory().numTensors;
    const { raw, validated } = await fitAveraged(module, 'plain');
    const after = readLinearWeights(module);
    for (const name of Object.keys(raw[0]!)) {
      for (const [at, value] of averageOf(raw, name).entries()) {
        expect(validated[0]![name]![at]).toBeCloseTo(value, 5);
      }
    }
    expect(after).toEqual(validated[0]);
    expect(after).not.toEqual(raw.at(-1));
    expect(engine.tf.memory().numTensors).toBe(before);
  });

  test('counts optimizer steps, not the batches that one is made of', async () => {
    const raw: Weights[] = [readLinearWeights(module)];
    const watching: Callback<LinearBatch> = {
      onTrainBatchEnd: (_trainer, _batch, index) => {
        if (index % 2 === 1) raw.push(readLinearWeights(module));
      },
    };
    const callbacks = [createEma({ decay: 0.8 }), watching];
    const flags = { maxEpochs: 1, accumulateGradBatches: 2 };
    const trainer = new Trainer<LinearBatch>({ engine, ...flags, callbacks });
    await trainer.fit(module, { train: linearSource(4) });
    expect(raw).toHaveLength(3);
    for (const [name, values] of Object.entries(readLinearWeights(module))) {
      for (const [at, value] of averageOf(raw, name).entries()) {
        expect(values[at]).toBeCloseTo(value, 5);
      }
    }
  });

  test("checkpoints hold the averages as the model's weights, and the current ones beside", async () => {
    const { raw, validated, file } = await fitAveraged(module, 'checkpoint');
    const { arrays } = await readCheckpoint(file);
    for (const name of Object.keys(raw[0]!)) {
      expect([...arrays[`weights/${name}`]!.data]).toEqual(validated[0]![name]);
      expect([...arrays[`callbacks/EMA/${name}`]!.data]).toEqual(raw.at(-1)![name]);
    }
    const other = createLinearModule(engine);
    await loadCheckpointWeights(engine, other, file);
    expect(readLinearWeights(other)).toEqual(validated[0]);
    other.dispose();
  });

  test("test({ ckptPath: 'best' }) tests the averages", async () => {
    const { trainer, validated } = await fitAveraged(module, 'best');
    const tested: Weights[] = [];
    const testing: LinearModule & TestModule<LinearBatch> = {
      ...module,
      testStep: () => void tested.push(readLinearWeights(module)),
    };
    await trainer.test(testing, linearSource(1), { ckptPath: 'best' });
    expect(tested).toEqual([validated[0]]);
  });

  test('a later fit with more epochs goes on from the current weights', async () => {
    const fit = async (into: LinearModule, folder: string, maxEpochs: number): Promise<void> => {
      const keeper = createModelCheckpoint({ dirpath: join(root, folder), everyNTrainSteps: 3 });
      const callbacks = [createEma({ decay: 0.8 }), keeper];
      const trainer = new Trainer<LinearBatch>({ engine, maxEpochs, callbacks });
      await trainer.fit(into, data, { ckptPath: 'last' });
    };
    await fit(module, 'more', 1);
    const other = createLinearModule(engine);
    await fit(other, 'more', 3);
    const whole = createLinearModule(engine);
    await fit(whole, 'whole', 3);
    expect(readLinearWeights(other)).toEqual(readLinearWeights(whole));
    other.dispose();
    whole.dispose();
  });

  test('a failure after the averages were put in saves the weights that training goes on from', async () => {
    const failing: Callback<LinearBatch> = {
      onFitEnd: () => {
        throw new Error('no mail was sent');
      },
      onException: () => void atException.push(readLinearWeights(module)),
    };
    const atException: Weights[] = [];
    await expect(fitAveraged(module, 'failing', [failing])).rejects.toThrow('no mail was sent');
    const other = createLinearModule(engine);
    const { raw } = await fitAveraged(other, 'undisturbed');
    expect(atException).toEqual([raw.at(-1)]);
    other.dispose();
  });
});
