import { trainConfigSchema } from '@limber/pose-trainer/config';
import { expect, test } from 'vitest';
import { chooseStart } from './choose-start.ts';
import { engineOptionsOf } from './rank-place.ts';

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

test('ranks that are started in one task of Slurm divide its processors, tasks of a step do not', () => {
  const two = { ...launched, LIMBER_LOCAL_RANKS: '2', SLURM_CPUS_PER_TASK: '8' };
  expect(chooseStart(config({}), two)).toMatchObject({ threads: 4 });
  const place = { localRank: 1, localRanks: 2 };
  const task = engineOptionsOf(place, { SLURM_CPUS_PER_TASK: '8' });
  expect(task).toEqual({ threads: 8, localRank: 1 });
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
