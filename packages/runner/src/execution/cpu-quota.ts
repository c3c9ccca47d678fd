import { dirname, join } from 'node:path';
import { readText } from '../store/read-if-there.ts';

/**
 * How many processors' time the control groups that this process is in may use, as a container's
 * limit says; Infinity without a limit, and where there are no control groups.
 *
 * @param root - where the system's `proc` and `sys` are.
 */
export function readCpuQuota(root = '/'): number {
  const groups = (readText(join(root, 'proc/self/cgroup')) ?? '').split('\n');
  const quotas = groups.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (line.startsWith('0::')) return quotasOf(join(root, 'sys/fs/cgroup'), path, readQuota2);
    if (!controllers.split(',').includes('cpu')) return [];
    return quotasOf(join(root, 'sys/fs/cgroup/cpu'), path, readQuota1);
  });
  return Math.min(Infinity, ...quotas);
}

/** The quotas of a group and of all those around it. A container may see no more than the outermost. */
function quotasOf(mount: string, path: string, read: (group: string) => number): number[] {
  const own = read(join(mount, path));
  return path === '/' || path === '.' ? [own] : [own, ...quotasOf(mount, dirname(path), read)];
}

function readQuota2(group: string): number {
  const [quota, period] = (readText(join(group, 'cpu.max')) ?? 'max').split(' ');
  return quota === 'max' ? Infinity : Number(quota) / Number(period);
}

function readQuota1(group: string): number {
  const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) =>
    Number(readText(join(group, file)) ?? -1),
  );
  return quota! > 0 ? quota! / period! : Infinity;
}
