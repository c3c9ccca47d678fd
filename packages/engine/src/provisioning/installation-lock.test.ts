import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withInstallationLock } from './installation-lock.ts';

test('two installations in one folder do not overlap, and the second says that it waits', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'limber-lock-'));
  const events: string[] = [];
  let finishFirst = (): void => {};
  const first = withInstallationLock(
    folder,
    { onWait: () => events.push('first waits') },
    async () => {
      events.push('first in');
      await new Promise<void>((resolve) => {
        finishFirst = resolve;
      });
      events.push('first out');
    },
  );
  await expect.poll(() => events, { timeout: 30_000 }).toEqual(['first in']);
  const second = withInstallationLock(
    folder,
    {
      onWait: () => {
        events.push('second waits');
        finishFirst();
      },
    },
    async () => {
      events.push('second in');
    },
  );
  await Promise.all([first, second]);
  expect(events).toEqual(['first in', 'second waits', 'first out', 'second in']);
  rmSync(folder, { recursive: true });
});

test('a failure inside frees the lock', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'limber-lock-'));
  const fail = withInstallationLock(folder, { onWait: () => {} }, () =>
    Promise.reject(new Error('no network')),
  );
  await expect(fail).rejects.toThrow('no network');
  expect(await withInstallationLock(folder, { onWait: () => {} }, () => Promise.resolve(1))).toBe(
    1,
  );
  rmSync(folder, { recursive: true });
});

test('who waits stops waiting when the signal is aborted', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'limber-lock-'));
  const controller = new AbortController();
  const wait = withInstallationLock(folder, { onWait: () => {} }, () =>
    withInstallationLock(
      folder,
      { onWait: () => controller.abort(new Error('enough')), signal: controller.signal },
      () => Promise.resolve('taken'),
    ),
  );
  await expect(wait).rejects.toThrow('enough');
  rmSync(folder, { recursive: true });
});
