import { describe, vi } from 'vitest';
import { testExecutor } from '../executor.suite.ts';
import { useSlurm, whyNoSlurm } from './slurm-cluster.suite.ts';

vi.setConfig({ testTimeout: 60_000 });

describe.runIf(whyNoSlurm() === undefined)('on a Slurm of two nodes', () => {
  useSlurm();
  testExecutor('slurm');
});
