import { expect, test } from 'vitest';
import { runTogether } from './run-together.ts';

test('results come in order', async () => {
  const results = await runTogether(undefined, [
    () => Promise.resolve(1),
    () => Promise.resolve('b'),
  ]);
  expect(results).toEqual([1, 'b']);
});

test('the first failure is thrown after the others have stopped', async () => {
  const events: string[] = [];
  const stopped = (signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        setImmediate(() => {
          events.push('stopped');
          reject(signal.reason as Error);
        });
      });
    });
  const fail = (): Promise<void> => Promise.reject(new Error('no compiler'));
  await expect(runTogether(undefined, [stopped, fail])).rejects.toThrow('no compiler');
  expect(events).toEqual(['stopped']);
});

test('a signal from outside reaches every work, and its reason is thrown', async () => {
  const controller = new AbortController();
  const wait = (signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      controller.abort(new Error('enough'));
    });
  await expect(runTogether(controller.signal, [wait])).rejects.toThrow('enough');
});
