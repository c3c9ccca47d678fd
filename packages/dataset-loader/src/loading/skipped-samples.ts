import { LimberError } from '@limber/files';

/** A person that cannot be made ready for the model, and why. */
export interface SkippedSample {
  /** In the dataset. */
  readonly row: number;
  readonly annotationId: number;
  readonly imageId: number;
  /** What went wrong, where. */
  readonly reason: string;
}

/** Whether an error is the fault of one person's data, or of the user's own function there. */
export function isSampleFault(error: unknown): error is LimberError {
  if (!(error instanceof LimberError)) return false;
  return error.code === 'corrupt-data' || error.code === 'augmentation-failed';
}

/**
 * Fails if more persons were skipped than may be.
 *
 * @param where - the dataset.
 * @throws {LimberError} `limit-exceeded`, naming the last one.
 */
export function checkSkipLimit(
  skipped: readonly SkippedSample[],
  limit: number,
  where: string,
): void {
  if (skipped.length <= limit) return;
  const { reason } = skipped.at(-1)!;
  throw new LimberError('limit-exceeded', {
    where,
    what: 'too many persons that cannot be shown',
    expected: `at most ${limit}`,
    got: `${skipped.length}, the last one: ${reason.replace(/\.$/, '')}`,
    fix: 'Repair what is wrong with them, or raise skipLimit.',
  });
}
