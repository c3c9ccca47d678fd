import { trainConfigSchema } from '@limber/pose-trainer/config';
import { expect, test } from 'vitest';
import { chooseStart } from './choose-start.ts';

const config = (trainer: object, batchSize = 8) =>
  trainConfigSchema.parse({ model: 'limber-tiny', batchSize, trainer });
const launched = {
  LIMBER_RANK: '1',
  LIMBER_RANK_ADDRESSES: 'a:1,b:2',
  LIMBER_LOCAL_RANK: '0',
  LIMBER_LOCAL_RANKS: '1',
  LIMBER_LAUNCH: 'a',
};

test('a training is alone, one of several ranks, or starts them', () => {
  expect(chooseStart(config({}), {})).toEqual({ type: 'alone' });
  expect(chooseStart(config({ processes: 2 }), {})).toEqual({ type: 'launch', processes: 2 });
  expect(chooseStart(config({}), launched)).toMatchObject({
    type: 'rank',
    ranks: { rank: 1, addresses: ['a:1', 'b:2'], isNetworkTrusted: false, patienceSeconds: 20 },
  });
  expect(chooseStart(config({ strategy: 'single-process' }), launched)).toEqual({ type: 'alone' });
});

test('what contradicts the environment is refused', () => {
  expect(() => chooseStart(config({ strategy: 'data-parallel' }), {})).toThrow(
    'trainer.strategy: data-parallel, and there is one process: expected trainer.processes, `limber launch`, or srun with several tasks, got none of them.',
  );
  expect(() => chooseStart(config({ processes: 3 }), launched)).toThrow(
    'trainer.processes: not how many were started: expected 3, got 2.',
  );
  expect(() => chooseStart(config({}, 7), launched)).toThrow(
    'batchSize: it is divided among the processes: expected a multiple of 2, got 7.',
  );
});
