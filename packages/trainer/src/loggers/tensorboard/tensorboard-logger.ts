import { join } from 'node:path';
import { createAppendFile } from '../append-file.ts';
import type { Logger, LogPoint } from '../logger.ts';
import type { XAxis } from '../x-axes.ts';
import { createXAxes } from '../x-axes.ts';
import type { SummaryValue } from './encode-event.ts';
import { encodeEvent, encodeFileVersion } from './encode-event.ts';
import { toHistogram } from './histogram.ts';
import { encodeRecord } from './record.ts';

/** How event files are written. */
export interface TensorboardLoggerOptions {
  /** What TensorBoard draws curves over, under the name of a step. */
  readonly xAxis?: XAxis;
  /** Milliseconds since 1970: the wall time of each event. */
  readonly now?: () => number;
}

/** TensorBoard looks for `tfevents` in the names of a folder. */
const fileName = 'events.out.tfevents.limber';

/**
 * Writes scalars, images and histograms for TensorBoard: `tensorboard --logdir <folder>`.
 *
 * On resume the one event file is cut back to where it stood at the checkpoint; but for wall times, it becomes the file of a
 * fit that was never interrupted.
 *
 * @param folder - created when missing.
 */
export function createTensorboardLogger(
  folder: string,
  { xAxis = 'step', now = () => Date.now() }: TensorboardLoggerOptions = {},
): Logger {
  const events = createAppendFile(join(folder, fileName));
  const axes = createXAxes([xAxis], now);
  const wallTimeSeconds = (): number => now() / 1000;
  const write = (at: LogPoint, values: readonly SummaryValue[]): void => {
    const step = Math.round(axes.valuesOf(at)[xAxis]!);
    events.append(encodeRecord(encodeEvent(wallTimeSeconds(), step, values)));
  };
  return {
    type: 'tensorboard',
    open: (state) => {
      axes.open(state);
      events.open(Number(state?.['offset'] ?? 0));
      if (events.offset === 0) events.append(encodeRecord(encodeFileVersion(wallTimeSeconds())));
    },
    logMetrics: (metrics, at) => {
      const scalars = Object.entries(metrics).map(([tag, value]) => {
        return { type: 'scalar' as const, tag, value };
      });
      write(at, scalars);
    },
    logImage: (tag, image, at) => write(at, [{ type: 'image', tag, image }]),
    logHistogram: (tag, values, at) =>
      write(at, [{ type: 'histogram', tag, histogram: toHistogram(values) }]),
    getState: () => ({ offset: events.offset, ...axes.getState() }),
    sync: () => events.sync(),
    close: () => events.close(),
  };
}
