import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
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
import type { DataModule } from './data-module.ts';
import { fitDataOf, hooksOf } from './data-module.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

function createDataModule(): DataModule<LinearBatch> & { readonly seen: string[] } {
  const seen: string[] = [];
  const note = (name: string): void => void seen.push(name);
  return {
    seen,
    prepareData: () => note('data.prepareData'),
    setup: (stage) => note(`data.setup ${stage}`),
    teardown: (stage) => note(`data.teardown ${stage}`),
    trainSource: () => (note('data.trainSource'), linearSource(3)),
    valSource: () => (note('data.valSource'), linearSource(1)),
    testSource: () => (note('data.testSource'), linearSource(2)),
  };
}

test('a data module is set up before the callbacks, asked for its sources, and taken down first', async () => {
  const data = createDataModule();
  const { seen } = data;
  const callback: Callback<LinearBatch> = {
    setup: () => void seen.push('setup'),
    teardown: () => void seen.push('teardown'),
  };
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [callback] });
  const preparing: LinearModule = { ...module, prepareData: () => void seen.push('prepareData') };
  await trainer.fit(preparing, data);
  expect(seen).toEqual([
    'data.prepareData',
    'prepareData',
    'data.setup fit',
    'setup',
    'data.valSource',
    'data.trainSource',
    'data.teardown fit',
    'teardown',
  ]);
  const other = createLinearModule(engine);
  const plain = new Trainer<LinearBatch>({ engine, maxEpochs: 1 });
  await plain.fit(other, { train: linearSource(3), val: linearSource(1) });
  expect(readLinearWeights(module)).toEqual(readLinearWeights(other));
  other.dispose();
});

test('every stage reads its own source, and one that is missing is named', async () => {
  const data = createDataModule();
  const trainer = new Trainer<LinearBatch>({ engine });
  expect(Object.keys(await trainer.validate(module, data))).toEqual(['val/loss']);
  let tested = 0;
  const testing: TestModule<LinearBatch> = { ...module, testStep: () => void tested++ };
  await trainer.test(testing, data);
  expect(tested).toBe(2);
  await expect(trainer.predict(module, data)).rejects.toThrow(
    'DataModule.predictSource: Trainer.predict has nothing to read: expected a function that gives a source, got none.',
  );
  expect(data.seen.slice(-2)).toEqual(['data.setup predict', 'data.teardown predict']);
});

test('a fit reads what a data module has, and is hooked into what it does', () => {
  const [train, val] = [linearSource(3), linearSource(1)];
  const data = { trainSource: () => train, valSource: () => val };
  expect(fitDataOf(data)).toStrictEqual({ train, val });
  expect(fitDataOf({ trainSource: () => train })).toStrictEqual({ train });
  expect(fitDataOf({ train, val })).toStrictEqual({ train, val });
  expect(hooksOf(data)).toEqual([]);
  const stages: string[] = [];
  for (const hooked of [
    { setup: (stage: string) => void stages.push(`set up for ${stage}`) },
    { teardown: (stage: string) => void stages.push(`taken down from ${stage}`) },
  ]) {
    const [hooks] = hooksOf({ ...data, ...hooked });
    void hooks!.setup!({} as never, 'fit');
    void hooks!.teardown!({} as never, 'fit');
  }
  expect(stages).toEqual(['set up for fit', 'taken down from fit']);
});
