import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
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
