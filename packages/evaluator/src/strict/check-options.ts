import type { Problem } from '@limber/files';
import { LimberError } from '@limber/files';
import type { AreaRange } from '../coco-protocol.ts';

/**
 * Checks that there is one spread > 0 for each joint.
 *
 * @throws {LimberError} `invalid-argument`
 */
export function checkSigmas(sigmas: readonly number[], jointCount: number): void {
  const where = 'sigmas';
  if (sigmas.length !== jointCount || jointCount === 0) {
    throw new LimberError('invalid-argument', {
      where,
      what: 'wrong length',
      expected: jointCount === 0 ? 'at least 1 number' : `${jointCount} numbers, one a joint`,
      got: `${sigmas.length}`,
      fix: 'pycocotools has 17 built in and stops at any other skeleton, so it would have given no AP.',
    });
  }
  const bad = sigmas.findIndex((sigma) => !(sigma > 0 && Number.isFinite(sigma)));
  if (bad >= 0) {
    throw new LimberError('invalid-argument', {
      where: `${where}[${bad}]`,
      what: 'not a spread',
      expected: 'a number > 0',
      got: `${sigmas[bad]}`,
      fix: 'A joint without spread is never right, or right everywhere: AP would mean nothing.',
    });
  }
}

/**
 * Checks that area ranges have distinct names, the first of them `all`, and that each has room for a person.
 *
 * @throws {LimberError} `invalid-argument`
 */
export function checkAreaRanges(ranges: readonly AreaRange[]): void {
  const names = ranges.map(({ name }) => name);
  const fail = (index: number, problem: Problem): never => {
    throw new LimberError('invalid-argument', { ...problem, where: `areaRanges[${index}]` });
  };
  if (names[0] !== 'all') {
    const what = 'not the range of all persons';
    fail(0, { what, expected: 'the name "all"', got: `"${names[0]}"` });
  }
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) {
    fail(twice, { what: 'a name twice', expected: 'distinct names', got: names[twice]! });
  }
  const empty = ranges.findIndex(({ low, high }) => !(low <= high));
  if (empty < 0) return;
  const { low, high } = ranges[empty]!;
  fail(empty, { what: 'an empty range', expected: 'low <= high', got: `${low} and ${high}` });
}
