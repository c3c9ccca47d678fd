import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import { unfinishedExtension } from '../checkpoints/checkpoint-file.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TrainerFlags } from '../loops/trainer-flags.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import { Trainer } from '../trainer.ts';
import type { ModelCheckpointOptions } from './model-checkpoint.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-keeper-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

async function namesOf(
  folder: string,
  options: Partial<ModelCheckpointOptions>,
  isValidating = true,
): Promise<string[]> {
  const dirpath = join(root, folder);
  const keeper = createModelCheckpoint({ dirpath, saveTopK: -1, ...options });
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 2, callbacks: [keeper] });
  const val = isValidating ? { val: linearSource(1) } : {};
  await trainer.fit(module, { train: linearSource(3), ...val });
  return readdirSync(dirpath).sort();
}

describe('a checkpoint by steps with a metric of validation', () => {
  const options = { monitor: 'val/loss', everyNTrainSteps: 1 };

  test('is kept from the first validation on', async () => {
    expect(await namesOf('scored', options)).toEqual([
      'epoch=1-step=4.safetensors',
      'epoch=1-step=5.safetensors',
      'epoch=1-step=6.safetensors',
    ]);
  });

  test('is the last one before that too', async () => {
    const names = await namesOf('last', { ...options, saveTopK: 1, saveLast: true });
    expect(names).toContain('last.safetensors');
  });

  test('is an error where there is no such metric after a validation, or no validation at all', async () => {
    const wrong = { ...options, monitor: 'val/los' };
    await expect(namesOf('wrong', wrong)).rejects.toThrow(
      'ModelCheckpoint.monitor: a metric that was not logged: expected one of val/loss, train/loss, got val/los. ' +
        'Did you mean "val/loss"?',
    );
    await expect(namesOf('none', options, false)).rejects.toThrow(
      'ModelCheckpoint.monitor: a metric that was not logged: expected one of train/loss, got val/loss.',
    );
  });
});

describe('checkpoints are written', () => {
  /** Fits 2 epochs of 3 batches. @returns the steps of the files, and the others by name. */
  async function stepsOf(
    folder: string,
    options: Partial<ModelCheckpointOptions>,
    flags: Partial<TrainerOptions<LinearBatch>> = {},
  ): Promise<(number | string)[]> {
    const dirpath = join(root, folder);
    const keeper = createModelCheckpoint({ dirpath, saveTopK: -1, filename: '{step}', ...options });
    const trainer = new Trainer<LinearBatch>({
      engine,
      maxEpochs: 2,
      ...flags,
      callbacks: [keeper, ...(flags.callbacks ?? [])],
    });
    await trainer.fit(module, { train: linearSource(3), val: linearSource(1) });
    const steps = keeper.entries.map(({ name }) => Number(name.split('=')[1]));
    const files = readdirSync(dirpath).map((name) => name.replace('.safetensors', ''));
    const others = files.filter((name) => !name.startsWith('step='));
    expect(files.length - others.length).toBe(steps.length);
    return [...steps.sort((a, b) => a - b), ...others.sort()];
  }

  test.each<[string, Partial<ModelCheckpointOptions>, Partial<TrainerFlags>, (number | string)[]]>([
    ['at the end of every epoch', {}, {}, [3, 6]],
    ['of every other epoch', { everyNEpochs: 2 }, {}, [6]],
    ['of every third epoch, and no other at the end', { everyNEpochs: 3 }, { maxEpochs: 4 }, [9]],
    [
      'at the ends of epochs that some day will validate',
      {},
      { limitValBatches: 0, checkValEveryNEpoch: 2 },
      [3, 6],
    ],
    ['every so many steps, and at the end', { everyNTrainSteps: 4 }, {}, [4, 6]],
    ['every so many steps, the end among them', { everyNTrainSteps: 3 }, {}, [3, 6]],
    [
      'after validations, if those come more often',
      {},
      { valCheckInterval: 1 },
      [1, 2, 3, 4, 5, 6],
    ],
    ['after validations, if those come less often', {}, { checkValEveryNEpoch: 2 }, [6]],
    [
      'at the end of every epoch all the same',
      { saveOnTrainEpochEnd: true },
      { valCheckInterval: 1 },
      [3, 6],
    ],
    [
      'after validations that are those of the epoch, too',
      { saveOnTrainEpochEnd: false },
      { checkValEveryNEpoch: 2 },
      [6],
    ],
    ['as the newest', { saveTopK: 2, everyNTrainSteps: 1 }, {}, [5, 6]],
    ['as the last one alone', { saveTopK: 0, saveLast: true }, {}, ['last']],
    ['not at all', { saveTopK: 0 }, {}, []],
  ])('%s: %j %j', async (...row) => {
    const [what, options, flags, steps] = row;
    expect(await stepsOf(what, options, flags)).toEqual(steps);
  });

  test('as the last one, which is the newest', async () => {
    expect(await stepsOf('newest', { saveLast: true })).toEqual([3, 6, 'last']);
    const read = (name: string): Buffer => readFileSync(join(root, 'newest', name));
    expect(read('last.safetensors')).toEqual(read('step=6.safetensors'));
    expect(read('last.safetensors')).not.toEqual(read('step=3.safetensors'));
  });

  test('in a folder that is made, and with a line for each of them', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    await stepsOf('deep/er', { write, everyNTrainSteps: 3 });
    await stepsOf('deep/est', { write, monitor: 'val/loss' });
    expect(lines.map((line) => line.replace(/0\.\d+|[1-9]\d*\.\d+/, 'x'))).toEqual([
      'step=3: saved',
      'step=6: saved',
      'step=3: val/loss x',
      'step=6: val/loss x',
    ]);
  });

  test('with the score of the best', async () => {
    const dirpath = join(root, 'score');
    const keeper = createModelCheckpoint({ dirpath, monitor: 'val/loss', saveTopK: 2 });
    expect(keeper.bestModelScore).toBeNull();
    const losses: number[] = [];
    const watch: Callback<LinearBatch> = {
      onValidationEnd: ({ callbackMetrics }) => void losses.push(callbackMetrics['val/loss']!),
    };
    const options = { engine, maxEpochs: 2, numSanityValSteps: 0 };
    const trainer = new Trainer<LinearBatch>({ ...options, callbacks: [keeper, watch] });
    await trainer.fit(module, { train: linearSource(3), val: linearSource(1) });
    expect(losses).toHaveLength(2);
    expect(keeper.bestModelScore).toBe(Math.min(...losses));
  });

  test('once for a step: an epoch that is left out has none', async () => {
    const skipping: Callback<LinearBatch> = {
      onTrainBatchStart: ({ currentEpoch }) => (currentEpoch === 1 ? 'skip-epoch' : undefined),
    };
    const flags = { maxEpochs: 3, callbacks: [skipping], limitValBatches: 0 };
    const filename = 'epoch={epoch}-{step}';
    const dirpath = join(root, 'skipped');
    const keeper = createModelCheckpoint({ dirpath, filename, saveTopK: -1 });
    const trainer = new Trainer<LinearBatch>({ engine, ...flags, callbacks: [keeper, skipping] });
    await trainer.fit(module, { train: linearSource(3) });
    expect(keeper.entries.map(({ name }) => name)).toEqual([
      'epoch=epoch=2-step=6',
      'epoch=epoch=0-step=3',
    ]);
  });

  test('by the clock after steps alone, by the clock of the system if no other is given', async () => {
    const points: string[] = [];
    const watch: Callback<LinearBatch> = {
      onSaveCheckpoint: (_trainer, { facts }) => void points.push(facts.position.point),
    };
    const options = { everySeconds: 0, everyNEpochs: 9 };
    expect(await stepsOf('system-clock', options, { callbacks: [watch] })).toEqual([]);
    expect(points).toEqual(Array.from({ length: 6 }, () => 'batch'));
  });

  test('by the clock besides, since the last one of whatever kind, and until the fit ends', async () => {
    let ms = 0;
    const recent: number[] = [];
    const file = join(root, 'clock', 'recent.safetensors');
    const watch: Callback<LinearBatch> = {
      onTrainBatchStart: () => void (ms += 1000),
      onSafePoint: ({ globalStep }) => {
        if (!existsSync(file)) return;
        recent.push(globalStep);
        rmSync(file);
      },
    };
    const options = { everySeconds: 2, now: () => ms };
    expect(await stepsOf('clock', options, { callbacks: [watch] })).toEqual([3, 6]);
    // at 2 s; that of the epoch at 3 s; at 5 s
    expect(recent).toEqual([2, 5]);
    const kept: Callback<LinearBatch> = { onTrainBatchStart: () => void (ms += 1000) };
    expect(await stepsOf('gone', options, { callbacks: [kept] })).toEqual([3, 6]);
  });

  test('never in a fast development run', async () => {
    const dirpath = join(root, 'fast');
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 1, everySeconds: 0 });
    const trainer = new Trainer<LinearBatch>({ engine, fastDevRun: 2, callbacks: [keeper] });
    await trainer.fit(module, { train: linearSource(3) });
    expect([existsSync(dirpath), keeper.entries, keeper.bestModelPath]).toEqual([false, [], null]);
  });

  test('whole: what a killed process left unfinished is removed', async () => {
    const dirpath = join(root, 'unfinished');
    mkdirSync(dirpath);
    writeFileSync(join(dirpath, `step=9.safetensors${unfinishedExtension}`), '');
    writeFileSync(join(dirpath, 'notes.txt'), '');
    expect(await stepsOf('unfinished', {})).toEqual([3, 6, 'notes.txt']);
  });
});
