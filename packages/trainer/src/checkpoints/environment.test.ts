import { mkdtempSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, expect, test } from 'vitest';
import { createModelCheckpoint } from '../callbacks/model-checkpoint.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import { Trainer } from '../trainer.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-environment-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

test('a checkpoint names what computed it, and one from elsewhere is gone on from with a warning', async () => {
  const keeper = createModelCheckpoint({ dirpath: root });
  const fit = async (maxEpochs: number): Promise<string[]> => {
    const warnings: string[] = [];
    const onWarning = (line: string): void => void warnings.push(line);
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs, callbacks: [keeper], onWarning });
    await trainer.fit(module, { train: linearSource(2) }, { ckptPath: 'last' });
    return warnings;
  };
  expect(await fit(1)).toEqual([]);
  const file = keeper.bestModelPath!;
  const { facts, arrays } = await readCheckpoint(file);
  const { environment } = facts;
  expect(environment).toMatchObject({
    engine: engine.kind,
    threads: engine.threads,
    precision: engine.precision,
    processor: os.cpus()[0]!.model.trim(),
    device: engine.kind === 'native-cuda' ? environment.device : 'processor',
  });
  expect(environment.instructionSet.split(' ')[0]).toBe(os.arch());
  expect(await fit(2)).toEqual([]);

  const other = { ...environment, processor: 'Another', instructionSet: 'x64 sse4_2' };
  const contents = { facts: { ...facts, environment: other }, arrays };
  await writeCheckpoint(keeper.bestModelPath!, contents);
  expect(await fit(3)).toEqual([
    `The checkpoint was computed elsewhere (processor was Another, is ${environment.processor}; ` +
      `instructionSet was x64 sse4_2, is ${environment.instructionSet}): training goes on, but its weights will differ ` +
      'in their last bits, and its files in their bytes, from those of a run that was never interrupted.',
  ]);
});
