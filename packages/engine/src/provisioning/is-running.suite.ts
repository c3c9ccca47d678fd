import { spawnSync } from 'node:child_process';

/** Whether a process runs; one that has ended and that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
  return status === 0 && !String(stdout).startsWith('Z');
}
