import type { Problem } from './limber-error.ts';
import { LimberError } from './limber-error.ts';

const words: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EISDIR: 'a folder',
  ELOOP: 'links that lead to each other',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'a name that is too long',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'no such file',
  EPERM: 'no permission',
  EROFS: 'a disk that is read only',
};

/** What the system answered for a file, in words: `no such file` for `ENOENT`; other errors by their message. */
export function describeFileError(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (Object.hasOwn(words, code)) return words[code]!;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The error of a file that cannot be read: what was expected there, and what the system answered.
 *
 * @returns {LimberError} `missing-file`
 */
export function cannotBeRead(
  where: string,
  cause: unknown,
  more: Pick<Problem, 'expected' | 'fix'> = {},
): LimberError {
  const problem = { where, what: 'cannot be read', ...more, got: describeFileError(cause) };
  return new LimberError('missing-file', problem, { cause });
}
