import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withStallWatch } from './stall-watch.ts';

test('a download that stands still is ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-stall-'));
  const wait = (signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  await expect(withStallWatch(folder, { what: 'x.zip', stallMs: 20 }, wait)).rejects.toThrow(
    'x.zip: nothing came for 0.02 s. Is there a network?',
  );
  rmSync(folder, { recursive: true });
});

test('what the work gives comes back, and a signal from outside reaches it', async () => {
  const folder = tmpdir();
  expect(await withStallWatch(folder, { what: 'x', stallMs: 1e6 }, () => Promise.resolve(7))).toBe(
    7,
  );
  const signal = AbortSignal.abort(new Error('enough'));
  const stopped = withStallWatch(folder, { what: 'x', stallMs: 1e6, signal }, (given) => {
    given.throwIfAborted();
    return Promise.resolve(7);
  });
  await expect(stopped).rejects.toThrow('enough');
});
