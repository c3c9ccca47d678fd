import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';

/** 0 after help, what the error itself says, 2 for wrong usage, 1 for anything unforeseen. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') {
    return error.exitCode;
  }
  return exitCodes.failed;
}

/** One message for errors of input; the stack too for unexpected ones. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `Unexpected: ${String(error)}`;
  return 'exitCode' in error ? error.message : (error.stack ?? error.message);
}
