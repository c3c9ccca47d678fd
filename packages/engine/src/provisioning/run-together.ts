import { setMaxListeners } from 'node:events';

/**
 * Runs works at the same time. When one fails the others are told to stop, and waited for: nothing
 * goes on writing after this has thrown.
 *
 * @param signal - aborted from outside.
 * @param works - each is given the signal to stop by.
 * @returns the results, in order.
 */
export async function runTogether<T extends readonly unknown[]>(
  signal: AbortSignal | undefined,
  works: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  // every work listens, and the default is a warning from the eleventh on
  setMaxListeners(0, either);
  const settled = await Promise.allSettled(
    works.map(async (work) => {
      try {
        return await work(either);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  either.throwIfAborted();
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as never;
}
