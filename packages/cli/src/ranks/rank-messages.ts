import { LimberError } from '@limber/files';
import { describeError, exitCodeOf } from '../terminal/report-error.ts';

/** What a rank says to the process that has started it. */
export type RankMessage =
  | { readonly type: 'progress' | 'warning'; readonly line: string }
  | { readonly type: 'provenance'; readonly engine: string }
  | { readonly type: 'result'; readonly metrics: Readonly<Record<string, number>> }
  /** @param isEcho - whether it only says that another rank is gone. */
  | {
      readonly type: 'error';
      readonly text: string;
      readonly exitCode: number;
      readonly isEcho: boolean;
    };

/** Says something to the process that has started this one. */
export function sendMessage(message: RankMessage): void {
  process.send?.(message);
}

/** Ends this rank together with the process that has started it. */
export function endWithLauncher(): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.exit(1));
  process.channel.unref();
}

/** Leaves it to the process that has started this rank to tell one error of all ranks. */
export function sendError(error: unknown): void {
  sendMessage({
    type: 'error',
    text: describeError(error),
    exitCode: exitCodeOf(error),
    isEcho: error instanceof LimberError && error.code === 'rank-lost',
  });
}
