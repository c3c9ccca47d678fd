import { LimberError } from '@limber/files';

/**
 * Makes an error of the first of several doubts.
 *
 * @throws {LimberError} `invalid-annotations` if there is any.
 */
export function refuseFindings(
  findings: readonly { readonly where: string; readonly message: string }[],
): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  throw new LimberError('invalid-annotations', {
    where: first.where,
    what: `${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`,
    fix: 'Correct it, or build without strict.',
  });
}
