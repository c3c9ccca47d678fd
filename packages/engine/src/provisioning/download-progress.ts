import type { Progress } from '@limber/files';
import type { PipNews } from './pip-output.ts';

/** Follows a download by pip's lines and by what has come to the disk. */
export interface DownloadProgress {
  /** A line of pip told something. */
  hear(news: PipNews): void;
  /**
   * What to show now.
   *
   * @param sizeBytes - of the file that grows; 0 where there is none.
   */
  look(sizeBytes: number): Progress;
}

/** How long nothing may come before it is said, and how often it is said again. */
const silenceMs = 5000;

/**
 * Creates the progress of a download.
 *
 * @param requirements - what pip was asked for.
 * @param now - milliseconds from any start.
 */
export function createDownloadProgress(
  requirements: readonly string[],
  now: () => number,
): DownloadProgress {
  let message = `Looking for ${requirements.join(', ')}`;
  let total: number | null = null;
  let started = 0;
  let trouble: string | undefined;
  let lastSize = 0;
  let lastChange = now();
  const change = (size: number): void => {
    lastSize = size;
    lastChange = now();
  };
  const silence = (): string => {
    const seconds = Math.floor((now() - lastChange) / silenceMs) * (silenceMs / 1000);
    return seconds === 0 ? '' : `: nothing came for ${seconds} s`;
  };
  return {
    hear: (news) => {
      switch (news.type) {
        case 'trouble':
          trouble = news.why;
          return;
        case 'download': {
          started += 1;
          const position = requirements.length > 1 ? ` (${started} of ${requirements.length})` : '';
          message = `Downloading ${news.name}${position}`;
          total = news.sizeBytes;
          trouble = undefined;
          change(0);
        }
      }
    },
    look: (sizeBytes) => {
      if (sizeBytes !== lastSize) {
        trouble = undefined;
        change(sizeBytes);
      }
      const said = trouble === undefined ? '' : `: no answer, pip tries again (${trouble})`;
      const text = `${message}${said}${silence()}`;
      // pip makes no partial file of a wheel in its own cache: nothing to count then
      if (started === 0 || sizeBytes === 0) return { message: text };
      const done = total === null ? sizeBytes : Math.min(sizeBytes, total);
      return { message: text, amount: { done, total, unit: 'bytes' } };
    },
  };
}
