import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { TestModule } from '../hooks/training-module.ts';
import { Trainer } from '../trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

test('a pass over none of its batches asks for none, and a prediction logs nothing', async () => {
  const trainer = new Trainer<LinearBatch>({ engine, limitValBatches: 0 });
  const unread = {
    batchesPerEpoch: 3,
    batches: (): never => {
      throw new Error('read');
    },
  };
  expect(await trainer.validate(module, unread)).toEqual({});
  const logging: LinearModule & TestModule<LinearBatch> = {
    ...module,
    testStep: () => {},
    predictStep: (_batch, _index, at) => {
      at.log('a', 1);
      return [];
    },
  };
  await expect(trainer.predict(logging, linearSource(1))).rejects.toThrow(
    'log("a"): logged where its line would be lost, or be there twice after an interruption',
  );
});
