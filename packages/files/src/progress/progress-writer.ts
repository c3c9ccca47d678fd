/** The current state of some work. */
export interface Progress {
  /** One line for a person, without a line break. */
  readonly message: string;
  /** How much is done, in bytes or in items; `total` is null where it is not known. */
  readonly amount?: {
    readonly done: number;
    readonly total: number | null;
    readonly unit: 'bytes' | 'items';
  };
}

/** A stream that progress is written to, such as `process.stderr`. */
export interface ProgressStream {
  write(text: string): unknown;
  /** Whether the last line may be rewritten. */
  readonly isTTY?: boolean;
  /** Width of the terminal, in characters. */
  readonly columns?: number;
}

/** Shows progress on a stream. */
export interface ProgressWriter {
  report(progress: Progress): void;
  /** Closes a line that is still open. */
  end(): void;
}

const barWidth = 24;
const usualColumns = 80;

/**
 * Writes progress to a stream: in a terminal one line that is rewritten, elsewhere (a file, a CI
 * log) a plain line for each new message, and one every few seconds while it goes on.
 *
 * @param options.now - milliseconds from any start.
 * @param options.everyMs - the shortest time between two plain lines of one message.
 */
export function createProgressWriter(
  stream: ProgressStream,
  options: { readonly now?: () => number; readonly everyMs?: number } = {},
): ProgressWriter {
  const { now = () => performance.now(), everyMs = 3000 } = options;
  let lastMessage: string | undefined;
  let lastAtMs = 0;
  let isLineOpen = false;
  const rewrite = (progress: Progress): void => {
    const line = progressLine(progress, { bar: true });
    if (isLineOpen && progress.message !== lastMessage) stream.write('\n');
    stream.write(`\r\u001B[2K${line.slice(0, (stream.columns ?? usualColumns) - 1)}`);
    isLineOpen = true;
  };
  return {
    report: (progress) => {
      const isNew = progress.message !== lastMessage;
      if (stream.isTTY === true) {
        rewrite(progress);
      } else if (isNew || now() - lastAtMs >= everyMs) {
        stream.write(`${progressLine(progress, { bar: false })}\n`);
        lastAtMs = now();
      }
      lastMessage = progress.message;
    },
    end: () => {
      if (isLineOpen) stream.write('\n');
      isLineOpen = false;
      lastMessage = undefined;
    },
  };
}

/** Progress as a line of text, with a bar where the total is known and wanted. */
export function progressLine(progress: Progress, options: { readonly bar: boolean }): string {
  const { amount, message } = progress;
  if (amount === undefined) return message;
  const { done, total, unit } = amount;
  const shown = (value: number): string => (unit === 'bytes' ? megabytes(value) : String(value));
  const suffix = unit === 'bytes' ? ' MB' : '';
  if (total === null) return `${message}  ${shown(done)}${suffix}`;
  const fraction = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(fraction * barWidth);
  const bar = options.bar ? `  [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]` : '';
  return `${message}${bar}  ${shown(done)} of ${shown(total)}${suffix}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
