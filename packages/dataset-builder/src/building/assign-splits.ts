import { LimberError } from '@limber/files';
import { createRandom } from '@limber/keypoints';
import type { SplitName } from '../sources/source.ts';
import { splitNames } from '../sources/source.ts';

/** The share of the images in each split; they add up to 1. */
export type SplitFractions = Readonly<Record<SplitName, number>>;

/** What decides the split of an image. */
export interface Groupable {
  /** Images of the same key stay together. */
  readonly groupKey: string;
  readonly split?: SplitName;
}

/**
 * Gives every image a split. Groups are never cut; a group with a fixed split stays there, the others are shared out
 * so that the images come as near to the fractions as whole groups allow: the largest groups first, each to the
 * split that lacks most, groups of one size in an order drawn from the seed.
 *
 * @returns one split for each item.
 * @throws {LimberError} `invalid-argument` if there are fewer groups than splits with a share.
 */
export function assignSplits(
  items: readonly Groupable[],
  fractions: SplitFractions,
  seed: number,
): SplitName[] {
  const fixed = new Map<string, SplitName>();
  for (const { groupKey, split } of items) {
    if (split !== undefined && !fixed.has(groupKey)) fixed.set(groupKey, split);
  }
  const sizes = new Map<string, number>();
  for (const { groupKey } of items) {
    if (!fixed.has(groupKey)) sizes.set(groupKey, (sizes.get(groupKey) ?? 0) + 1);
  }
  const drawn = drawSplits(sizes, fractions, seed);
  return items.map(({ groupKey, split }) => split ?? fixed.get(groupKey) ?? drawn.get(groupKey)!);
}

/** @throws {LimberError} `invalid-argument` if a fraction is out of range or they do not add up to 1. */
export function checkFractions(fractions: SplitFractions): void {
  const got = splitNames.map((name) => `${name} ${fractions[name]}`).join(', ');
  const isRight =
    splitNames.every((name) => fractions[name] >= 0 && fractions[name] <= 1) &&
    Math.abs(splitNames.reduce((sum, name) => sum + fractions[name], 0) - 1) < 1e-6;
  if (isRight) return;
  throw new LimberError('invalid-argument', {
    where: 'buildDataset: splits',
    what: 'not a division',
    expected: 'three numbers from 0 to 1 that add up to 1',
    got,
  });
}

interface Share {
  readonly name: SplitName;
  readonly target: number;
  readonly groups: string[];
  size: number;
}

function drawSplits(
  sizes: ReadonlyMap<string, number>,
  fractions: SplitFractions,
  seed: number,
): Map<string, SplitName> {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const shares = splitNames
    .filter((name) => fractions[name] > 0)
    .map((name): Share => ({ name, target: fractions[name] * total, groups: [], size: 0 }));
  if (total > 0 && sizes.size < shares.length) throw tooFewGroups(sizes.size, shares);
  const rank = new Map(
    [...sizes.keys()].map((key) => [key, createRandom(seed, 'split', key).uniform()]),
  );
  const order = [...sizes.keys()].sort(
    (a, b) => sizes.get(b)! - sizes.get(a)! || rank.get(a)! - rank.get(b)! || (a < b ? -1 : 1),
  );
  for (const [index, key] of order.entries()) {
    // the last groups are kept for splits that would otherwise be empty
    const empty = shares.filter(({ groups }) => groups.length === 0);
    const open = order.length - index <= empty.length ? empty : shares;
    const share = open.reduce((best, next) =>
      next.target - next.size > best.target - best.size ? next : best,
    );
    share.groups.push(key);
    share.size += sizes.get(key)!;
  }
  return new Map(shares.flatMap(({ name, groups }) => groups.map((key) => [key, name] as const)));
}

function tooFewGroups(count: number, shares: readonly Share[]): LimberError {
  return new LimberError('invalid-argument', {
    where: 'buildDataset: splits',
    what: 'too few groups',
    expected: `at least ${shares.length}, for ${shares.map(({ name }) => name).join(', ')}`,
    got: `${count}`,
    fix: 'Give some splits the fraction 0, or name groups that are smaller.',
  });
}
