import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

/** Where {@link availableProcessors} looks. */
export interface ProcessorSources {
  /** Processors that the process may run on. */
  readonly processors?: number;
  /** Folder that holds `proc` and `sys`. */
  readonly root?: string;
}

/**
 * How many threads can really run at a time: the processors that the process may run on, or fewer where a container (a
 * control group of Linux, version 1 or 2) has a quota of processor time.
 *
 * @returns a whole number >= 1; a quota of 2.5 processors counts as 2.
 */
export function availableProcessors({
  processors = os.availableParallelism(),
  root = '/',
}: ProcessorSources = {}): number {
  const quotas = [...quotasOfVersion2(root), ...quotasOfVersion1(root)];
  return Math.max(1, Math.floor(Math.min(processors, ...quotas)));
}

/** `cpu.max` holds `<quota> <period>` in microseconds, or `max <period>`; a group is bound by those above it too. */
function quotasOfVersion2(root: string): number[] {
  const path = /^0::(.*)$/m.exec(readText(join(root, 'proc/self/cgroup')))?.[1] ?? '/';
  return foldersUpFrom(path).flatMap((folder) => {
    const [quota, period] = readText(join(root, 'sys/fs/cgroup', folder, 'cpu.max')).split(' ');
    return processorsOf(quota, period);
  });
}

/** `cpu.cfs_quota_us` is -1 without a quota. */
function quotasOfVersion1(root: string): number[] {
  const groups = readText(join(root, 'proc/self/cgroup'));
  const [, controllers, path] = /^\d+:((?:[^:\n]*,)?cpu(?:,[^:\n]*)?):(.*)$/m.exec(groups) ?? [];
  if (controllers === undefined || path === undefined) return [];
  return foldersUpFrom(path).flatMap((folder) => {
    const read = (name: string): string =>
      readText(join(root, 'sys/fs/cgroup', controllers, folder, name));
    return processorsOf(read('cpu.cfs_quota_us'), read('cpu.cfs_period_us'));
  });
}

/** `/a/b`, `/a`, `/`. Within a container its own group is often mounted as the root, whatever the path says. */
function foldersUpFrom(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return [...names.keys(), names.length].map((count) => names.slice(0, count).join('/')).reverse();
}

function processorsOf(quota: string | undefined, period: string | undefined): number[] {
  const share = Number(quota) / Number(period);
  return Number.isFinite(share) && share > 0 ? [share] : [];
}

/** Empty where there is no such file: another system, or another version of control groups. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
