import { createAppendFile } from './append-file.ts';
import type { Logger } from './logger.ts';
import type { XAxis } from './x-axes.ts';
import { createXAxes } from './x-axes.ts';

/** What a log in a file says besides metrics. */
export interface FileLoggerOptions {
  /** The first fields of every line, in this order. */
  readonly xAxes?: readonly XAxis[];
  /** Milliseconds from any start; looked at for `seconds` alone. */
  readonly now?: () => number;
}

/**
 * One JSON object per line: `{"step":50,"epoch":1,"train/loss":0.4,"lr":0.001}`. A number that is not finite is null.
 *
 * On resume the file is cut back to where it stood at the checkpoint.
 *
 * @param file - created with its folder when missing.
 */
export function createJsonlLogger(
  file: string,
  { xAxes = ['step', 'epoch'], now = () => performance.now() }: FileLoggerOptions = {},
): Logger {
  const lines = createAppendFile(file);
  const axes = createXAxes(xAxes, now);
  return {
    type: 'jsonl',
    open: (state) => {
      lines.open(Number(state?.['offset'] ?? 0));
      axes.open(state);
    },
    logMetrics: (metrics, at) => {
      lines.append(Buffer.from(`${JSON.stringify({ ...axes.valuesOf(at), ...metrics })}\n`));
    },
    getState: () => ({ offset: lines.offset, ...axes.getState() }),
    sync: () => lines.sync(),
    close: () => lines.close(),
  };
}
