import { LimberError } from '@limber/files';
import { largestFile } from './largest-file.ts';

const pollMs = 500;

/**
 * Runs something that downloads into a folder, and ends it when nothing comes any more.
 *
 * @param folder - whose files grow.
 * @param options.what - for the message.
 * @param options.stallMs - for how long no file may grow.
 * @param work - is given the signal to stop by.
 * @throws {LimberError} `command-failed` if nothing came for so long.
 */
export async function withStallWatch<T>(
  folder: string,
  options: {
    readonly what: string;
    readonly stallMs: number;
    readonly signal?: AbortSignal | undefined;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { what: where, stallMs, signal } = options;
  const stalled = new AbortController();
  let size = 0;
  let changed = performance.now();
  const look = async (): Promise<void> => {
    const now = await largestFile(folder);
    if (now !== size) changed = performance.now();
    size = now;
    if (performance.now() - changed < stallMs) return;
    const what = `nothing came for ${stallMs / 1000} s`;
    stalled.abort(new LimberError('command-failed', { where, what, fix: 'Is there a network?' }));
  };
  const timer = setInterval(() => void look(), Math.min(pollMs, stallMs));
  try {
    return await work(
      signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
    );
  } finally {
    clearInterval(timer);
  }
}
