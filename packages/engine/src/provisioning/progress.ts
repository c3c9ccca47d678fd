/** A step of provisioning, told as it happens. */
export interface ProvisionProgress {
  readonly phase: 'wait' | 'download' | 'unpack' | 'compile' | 'check' | 'prebuilt' | 'notice';
  /** One line for a person, without a line break. */
  readonly message: string;
  /** Bytes done and expected, where they are known. */
  readonly bytes?: { readonly done: number; readonly total: number | null };
}

/** Receives provisioning's progress. */
export type OnProgress = (progress: ProvisionProgress) => void;

const plainLineEveryMs = 3000;
const barWidth = 24;

/**
 * Writes progress to a stream: one line rewritten in place in a terminal, elsewhere a plain line for
 * each new message and one every few seconds while it goes on.
 *
 * @param stream.isTerminal - whether the line may be rewritten.
 * @param now - clock in milliseconds.
 * @returns `report`, and `end`, which closes a line that is still open.
 */
export function createProgressWriter(
  stream: { readonly isTerminal: boolean; write(text: string): unknown },
  now: () => number,
): { report: OnProgress; end: () => void } {
  let lastMessage = '';
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let isLineOpen = false;
  const report: OnProgress = (progress) => {
    if (stream.isTerminal) {
      const isSame = progress.message === lastMessage;
      if (isLineOpen && !isSame) stream.write('\n');
      stream.write(`\r\u001B[2K${progressLine(progress, true)}`);
      isLineOpen = true;
    } else if (progress.message !== lastMessage || now() - lastAtMs >= plainLineEveryMs) {
      stream.write(`${progressLine(progress, false)}\n`);
      lastAtMs = now();
    }
    lastMessage = progress.message;
  };
  const end = (): void => {
    if (isLineOpen) stream.write('\n');
    isLineOpen = false;
    lastMessage = '';
  };
  return { report, end };
}

/** One progress event as a line of text, with a bar where the total is known and wanted. */
export function progressLine(progress: ProvisionProgress, withBar: boolean): string {
  const { bytes, message } = progress;
  if (bytes === undefined) return message;
  if (bytes.total === null) return `${message}  ${megabytes(bytes.done)} MB`;
  const fraction = bytes.total === 0 ? 1 : Math.min(1, bytes.done / bytes.total);
  const filled = Math.round(fraction * barWidth);
  const bar = withBar ? `  [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]` : '';
  return `${message}${bar}  ${megabytes(bytes.done)} of ${megabytes(bytes.total)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
