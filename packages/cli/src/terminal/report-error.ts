import { describeFileError } from '@limber/files';
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

/** What a machine may answer that is no fault of the program: nobody needs a stack for it. */
const machineAnswers: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EMFILE',
]);

/** One message for errors of input, and for what the machine refuses; the stack too for unexpected ones. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `Unexpected: ${String(error)}`;
  const { code = '', path, syscall = 'a system call' } = error as NodeJS.ErrnoException;
  if (machineAnswers.has(code)) {
    return `${path === undefined ? '' : `${path}: `}${syscall} failed: ${describeFileError(error)}.`;
  }
  return 'exitCode' in error ? error.message : (error.stack ?? error.message);
}
