import { expect, test } from 'vitest';
import { slurmPlace } from './slurm-place.ts';

const expand = (list: string): string[] => (list === 'n[1-2]' ? ['n1', 'n2'] : [list]);
const step = {
  SLURM_JOB_ID: '7',
  SLURM_STEP_NODELIST: 'n[1-2]',
  SLURM_STEP_NUM_TASKS: '3',
  SLURM_STEP_TASKS_PER_NODE: '2,1',
  SLURM_PROCID: '2',
  SLURM_NODEID: '1',
  SLURM_LOCALID: '0',
  SLURM_STEP_ID: '4',
};

test('a task of srun knows its rank and where the others are', () => {
  expect(slurmPlace(step, expand)).toEqual({
    rank: 2,
    addresses: ['n1:20448', 'n1:20449', 'n2:20448'],
    localRank: 0,
    localRanks: 1,
    launch: '7.4.0',
  });
});

test('the script of a job is no rank, nor is a single task', () => {
  expect(slurmPlace({ SLURM_JOB_ID: '7', SLURM_PROCID: '0', SLURM_NTASKS: '2' }, expand)).toBe(
    null,
  );
  expect(slurmPlace({ ...step, SLURM_STEP_NUM_TASKS: '1' }, expand)).toBe(null);
});

test('tasks that are dealt out in turns are refused', () => {
  const cyclic = { ...step, SLURM_PROCID: '1' };
  expect(() => slurmPlace(cyclic, expand)).toThrow(
    'SLURM_PROCID=1: the tasks are not laid out node by node: expected rank 2 of 3 as task 0 of node 1, got rank 1 of 3. ' +
      'Start them by `srun --distribution=block`.',
  );
});
