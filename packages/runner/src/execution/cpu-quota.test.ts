import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCpuQuota } from './cpu-quota.ts';

function quotaOf(files: Readonly<Record<string, string>>): number {
  const root = mkdtempSync(join(tmpdir(), 'limber-quota-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readCpuQuota(root);
}

it('cgroup v2: a container’s quota is that of the outermost group it sees', () => {
  const files = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '150000 100000\n' };
  expect(quotaOf(files)).toBe(1.5);
  expect(quotaOf({ ...files, 'sys/fs/cgroup/cpu.max': 'max 100000\n' })).toBe(Infinity);
});

it('cgroup v2: the smallest quota counts, of the own group and those around it', () => {
  const files = {
    'proc/self/cgroup': '0::/user.slice/job\n',
    'sys/fs/cgroup/user.slice/cpu.max': '200000 100000\n',
    'sys/fs/cgroup/user.slice/job/cpu.max': 'max 100000\n',
  };
  expect(quotaOf(files)).toBe(2);
  expect(quotaOf({ ...files, 'sys/fs/cgroup/user.slice/job/cpu.max': '50000 100000\n' })).toBe(0.5);
});

it('cgroup v1: the quota of the group with the controller "cpu"', () => {
  const files = {
    'proc/self/cgroup': '5:cpuset:/\n4:cpu,cpuacct:/docker/abc\n',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  };
  expect(quotaOf(files)).toBe(4);
  expect(quotaOf({ ...files, 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' })).toBe(Infinity);
});

it('without control groups there is no quota', () => {
  expect(quotaOf({})).toBe(Infinity);
});
