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

/** The split of each image, and of how many groups it was drawn: the others are in the split that their source says. */
export interface AssignedSplits {
  /** [items] */
  readonly splitOf: readonly SplitName[];
  readonly drawnGroups: Readonly<Record<SplitName, number>>;
}

/**
 * Gives every image a split. Groups are never cut; a group with a fixed split stays there. Of the others each is drawn by
 * itself, from the seed and its own key alone: a group that is added changes no other, so that data can grow and what a
 * model was tested on never becomes training data. The fractions therefore hold on average. Only a split that would be
 * empty takes the group that was drawn nearest to it.
 *
 * @throws {LimberError} `invalid-argument` if there are fewer groups than splits with a share.
 */
export function assignSplits(
  items: readonly Groupable[],
  fractions: SplitFractions,
  seed: number,
): AssignedSplits {
  const fixed = new Map<string, SplitName>();
  for (const { groupKey, split } of items) {
    if (split !== undefined && !fixed.has(groupKey)) fixed.set(groupKey, split);
  }
  const free = new Set(items.map(({ groupKey }) => groupKey).filter((key) => !fixed.has(key)));
  const drawn = drawSplits([...free], fractions, seed);
  const drawnGroups = { train: 0, val: 0, test: 0 };
  for (const name of drawn.values()) drawnGroups[name] += 1;
  return {
    splitOf: items.map(
      ({ groupKey, split }) => split ?? fixed.get(groupKey) ?? drawn.get(groupKey)!,
    ),
    drawnGroups,
  };
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

/** The part of [0, 1) that draws a split. Test comes first, so that another `val` leaves it as it is. */
interface Share {
  readonly name: SplitName;
  readonly low: number;
  readonly high: number;
}

interface Drawn {
  readonly key: string;
  readonly value: number;
  share: Share;
}

function drawSplits(
  keys: readonly string[],
  fractions: SplitFractions,
  seed: number,
): Map<string, SplitName> {
  let low = 0;
  const shares = (['test', 'val', 'train'] as const).flatMap((name): Share[] => {
    if (fractions[name] <= 0) return [];
    const share = { name, low, high: low + fractions[name] };
    low = share.high;
    return [share];
  });
  if (keys.length > 0 && keys.length < shares.length) throw tooFewGroups(keys.length, shares);
  const drawn = keys.map((key): Drawn => {
    const value = createRandom(seed, 'split', key).uniform();
    return { key, value, share: shares.find(({ high }) => value < high) ?? shares.at(-1)! };
  });
  for (const share of keys.length > 0 ? shares : []) fillEmpty(share, drawn);
  return new Map(drawn.map(({ key, share }) => [key, share.name]));
}

function fillEmpty(empty: Share, drawn: readonly Drawn[]): void {
  if (drawn.some(({ share }) => share === empty)) return;
  const counts = new Map<Share, number>();
  for (const { share } of drawn) counts.set(share, (counts.get(share) ?? 0) + 1);
  const distance = ({ value }: Drawn): number => Math.max(empty.low - value, value - empty.high);
  const [nearest] = drawn
    .filter(({ share }) => counts.get(share)! > 1)
    .toSorted((a, b) => distance(a) - distance(b) || (a.key < b.key ? -1 : 1));
  nearest!.share = empty;
}

function tooFewGroups(count: number, shares: readonly Share[]): LimberError {
  const names = splitNames.filter((name) => shares.some((share) => share.name === name));
  return new LimberError('invalid-argument', {
    where: 'buildDataset: splits',
    what: 'too few groups',
    expected: `at least ${shares.length}, for ${names.join(', ')}`,
    got: `${count}`,
    fix: 'Give some splits the fraction 0, or name groups that are smaller.',
  });
}
