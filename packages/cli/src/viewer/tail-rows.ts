import { open } from 'node:fs/promises';
import { isMissing } from '@limber/files';
import type { MetricsRow } from '../report/metric-points.ts';

/** Reads what a log has grown by. */
export interface RowsTail {
  /** The rows since the last time. */
  read(): Promise<RowsRead>;
  /** Lets the next read begin at the start. */
  rewind(): void;
}

/** `cut`: the log was cut back or written anew since the last time, so that what was read before does not count. */
type RowsRead =
  { readonly type: 'rows'; readonly rows: readonly MetricsRow[] } | { readonly type: 'cut' };

/**
 * Opens the end of a log of one JSON object a line. A line counts once it has ended; a log that is not there yet has no rows.
 */
export function tailRows(file: string): RowsTail {
  /** Where the next line begins, and the line before it: it must still be there. */
  let seen = { offset: 0, last: '' };
  return {
    rewind: () => void (seen = { offset: 0, last: '' }),
    async read() {
      const text = await readFrom(file, seen.offset - seen.last.length);
      if (!text.startsWith(seen.last)) return { type: 'cut' };
      const whole = text.slice(seen.last.length, text.lastIndexOf('\n') + 1);
      const lines = whole.split(/(?<=\n)/).filter((line) => line !== '');
      seen = { offset: seen.offset + whole.length, last: lines.at(-1) ?? seen.last };
      return { type: 'rows', rows: lines.map((line) => JSON.parse(line) as MetricsRow) };
    },
  };
}

/** One character a byte, so that lengths are those of the file. */
async function readFrom(file: string, from: number): Promise<string> {
  const handle = await open(file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.max(0, size - from);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
