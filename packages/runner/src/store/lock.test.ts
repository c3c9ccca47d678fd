import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentProcess } from '@limber/files';
import { expect, it, onTestFinished } from 'vitest';
import { isLocked, takeLock } from './lock.ts';

function createLockFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-lock-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return join(root, 'key');
}

it('one at a time holds the lock, and all get it', async () => {
  const folder = createLockFolder();
  let holders = 0;
  let most = 0;
  const use = async (): Promise<void> => {
    const lock = await takeLock(folder, { work: 'a test' });
    most = Math.max(most, ++holders);
    await new Promise((resolve) => setImmediate(resolve));
    holders--;
    lock!.release();
  };
  await Promise.all(Array.from({ length: 12 }, use));
  expect(most).toBe(1);
  expect(isLocked(folder)).toBe(false);
  expect(readdirSync(folder)).toHaveLength(1);
});

it('a dead owner is in nobody’s way', async () => {
  const folder = createLockFolder();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  mkdirSync(join(folder, '7'), { recursive: true });
  const owner = currentProcess().replace(/~\d+~\d+$/, `~${dead}~123`);
  writeFileSync(join(folder, '7/owner'), owner);
  const waits: number[] = [];
  const lock = await takeLock(folder, { work: 'a test', onWait: ({ pid }) => waits.push(pid) });
  expect(waits).toEqual([]);
  expect(readdirSync(folder)).toEqual(['8']);
  lock!.release();
});

it('who is told to stop does not wait on', async () => {
  const folder = createLockFolder();
  const lock = await takeLock(folder, { work: 'a test' });
  const stop = new AbortController();
  const second = takeLock(folder, {
    work: 'a test',
    signal: stop.signal,
    onWait: () => stop.abort(),
  });
  expect(await second).toBeUndefined();
  lock!.release();
});
