import type { Stats } from 'node:fs';

/** What is seen of a file without reading it. While that is the same, its content is taken to be. */
export interface SeenStat {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** What is seen of a file. */
export function toSeenStat({ size: sizeBytes, mtimeMs, ctimeMs, ino: inode }: Stats): SeenStat {
  return { sizeBytes, mtimeMs, ctimeMs, inode };
}

/** What is seen of a file as text. */
export function describeStat({ sizeBytes, mtimeMs, ctimeMs, inode }: SeenStat): string {
  return `${sizeBytes} ${mtimeMs} ${ctimeMs} ${inode}`;
}

/**
 * A file changed within this time before it was read may change again without another time stamp,
 * so what was read is not kept beyond this run.
 */
const unsettledMs = 100;

/** The same for file systems that keep times in steps of 1 s or 2 s: FAT, HFS+, some network ones. */
const unsettledCoarseMs = 2_500;

/** Whether a file that looks so at the time `now`, in ms, cannot change any more without looking otherwise. */
export function isSettled(
  { mtimeMs, ctimeMs }: Pick<SeenStat, 'mtimeMs' | 'ctimeMs'>,
  now: number,
): boolean {
  const changedMs = Math.max(mtimeMs, ctimeMs);
  const isCoarse = changedMs % 1000 === 0;
  return now - changedMs >= (isCoarse ? unsettledCoarseMs : unsettledMs);
}
