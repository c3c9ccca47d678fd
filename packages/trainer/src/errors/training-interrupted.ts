/** Exit codes of a process that a signal ended: 128 + its number. */
const exitCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/**
 * A fit that was asked to stop: the current step was finished and, with a ModelCheckpoint among the callbacks, everything
 * was saved. The same fit run again goes on from there.
 */
export class TrainingInterrupted extends Error {
  override readonly name = 'TrainingInterrupted';
  /** 130 or 143 by the signal that the abort reason names, or the reason's own `exitCode`; else 130. */
  readonly exitCode: number;

  constructor(step: number, reason: unknown) {
    super(`Training was interrupted after step ${step}. Run it again to go on from there.`, {
      cause: reason,
    });
    this.exitCode = exitCodeOf(reason);
  }
}

function exitCodeOf(reason: unknown): number {
  if (typeof reason === 'string') return exitCodes[reason] ?? 130;
  if (typeof reason !== 'object' || reason === null) return 130;
  const { exitCode, signal } = reason as { readonly exitCode?: unknown; readonly signal?: unknown };
  if (typeof exitCode === 'number') return exitCode;
  return (typeof signal === 'string' ? exitCodes[signal] : undefined) ?? 130;
}
