import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { availableProcessors } from './available-processors.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

/** A machine of 8 processors with these files. */
function processorsWith(files: Readonly<Record<string, string>>): number {
  const root = mkdtempSync(join(tmpdir(), 'limber-processors-'));
  roots.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return availableProcessors({ processors: 8, root });
}

test.each([
  ['nothing known', 8, {}],
  ['a quota', 2, { 'sys/fs/cgroup/cpu.max': '200000 100000\n' }],
  ['no quota', 8, { 'sys/fs/cgroup/cpu.max': 'max 100000\n' }],
  ['a part of a processor more', 2, { 'sys/fs/cgroup/cpu.max': '250000 100000\n' }],
  ['less than one processor', 1, { 'sys/fs/cgroup/cpu.max': '50000 100000\n' }],
  ['more than there are', 8, { 'sys/fs/cgroup/cpu.max': '1600000 100000\n' }],
  [
    'a quota of the group above',
    3,
    {
      'proc/self/cgroup': '0::/jobs/one\n',
      'sys/fs/cgroup/jobs/cpu.max': '300000 100000\n',
      'sys/fs/cgroup/jobs/one/cpu.max': 'max 100000\n',
    },
  ],
  [
    'a quota of version 1',
    4,
    {
      'proc/self/cgroup': '5:memory:/job\n4:cpu,cpuacct:/job\n0::/\n',
      'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us': '400000\n',
      'sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us': '100000\n',
    },
  ],
  [
    'no quota of version 1',
    8,
    {
      'proc/self/cgroup': '4:cpu:/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
  ],
])('%s: %i of 8 processors', (_case, count, files) => {
  expect(processorsWith(files)).toBe(count);
});

test('of this machine are at most those that Node counts', () => {
  const count = availableProcessors();
  expect(count).toBeGreaterThanOrEqual(1);
  expect(count).toBeLessThanOrEqual(os.availableParallelism());
});
