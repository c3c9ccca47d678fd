import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';

/**
 * Copies a checkpoint to where another fit goes on from it.
 *
 * @param options.hasLogs - whether the logs that it was written beside are there too; without them, those of the fit that
 * goes on start anew.
 * @throws {LimberError} those of `readCheckpoint`; {@link WriteFailed}.
 */
export async function copyCheckpoint(
  from: string,
  to: string,
  options: { readonly hasLogs: boolean },
): Promise<void> {
  const { facts, arrays } = await readCheckpoint(from);
  const loggers = options.hasLogs ? facts.loggers : [];
  await writeCheckpoint(to, { facts: { ...facts, loggers }, arrays });
}
