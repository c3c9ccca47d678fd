import { LimberError } from '@limber/files';
import type { AreaRange } from '../coco-protocol.ts';

/**
 * Checks that area ranges have distinct names, the first of them `all`, and that each has room for a person.
 *
 * @throws {LimberError} `invalid-argument`
 */
export function checkAreaRanges(ranges: readonly AreaRange[]): void {
  const names = ranges.map(({ name }) => name);
  const fail = (where: string, what: string, expected: string, got: string): never => {
    throw new LimberError('invalid-argument', { where, what, expected, got });
  };
  if (names[0] !== 'all') {
    fail('areaRanges[0]', 'not the range of all persons', 'the name "all"', `"${names[0]}"`);
  }
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) fail(`areaRanges[${twice}]`, 'a name twice', 'distinct names', names[twice]!);
  const empty = ranges.findIndex(({ low, high }) => !(low <= high));
  if (empty < 0) return;
  const { low, high } = ranges[empty]!;
  fail(`areaRanges[${empty}]`, 'an empty range', 'low <= high', `${low} and ${high}`);
}
