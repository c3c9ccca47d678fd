import { LimberError } from '@limber/files';
import type { BuildFinding } from './build-summary.ts';
import type { Duplicate } from './find-duplicates.ts';

/** Duplicates as findings, for a build that allows them. */
export function describeDuplicates(duplicates: readonly Duplicate[]): BuildFinding[] {
  return duplicates.map(({ first, second, kind }) => ({
    kind: 'duplicate-across-splits',
    where: second.storedName,
    message: `in ${second.split}, ${kind} with "${first.storedName}" in ${first.split}`,
  }));
}

/** @throws {LimberError} `invalid-annotations` if there is any: what is tested on would have been trained on. */
export function refuseDuplicates(duplicates: readonly Duplicate[]): void {
  const [first, ...others] = describeDuplicates(duplicates);
  if (first === undefined) return;
  throw new LimberError('invalid-annotations', {
    where: first.where,
    what: 'an image in two splits',
    expected: 'what is tested on not to be trained on',
    got: `${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`,
    fix: 'Put them into one group or leave one out; or allow it: --allow-duplicates, allowDuplicates: true of the stage.',
  });
}
