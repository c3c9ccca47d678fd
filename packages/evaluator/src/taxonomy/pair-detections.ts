import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { groupByImage } from '../images/group-by-image.ts';
import type { MatchInputs } from '../match-all.ts';
import { rankByScore } from '../matching/rank-by-score.ts';
import { createOksMatrix } from '../oks/oks-matrix.ts';
import { cocoMaxDetections } from '../coco-protocol.ts';

/** A detection and whom it stands for. */
export interface DetectionPair {
  readonly row: number;
  readonly person: TruePerson;
  readonly oks: number;
  /** Everybody else of the category in the image. */
  readonly others: readonly TruePerson[];
}

/** Who was found at all, and what was not. */
export interface Pairing {
  readonly pairs: readonly DetectionPair[];
  /** Rows that stand for nobody. */
  readonly background: readonly number[];
  /** Persons that count and for whom no row stands. */
  readonly notFound: readonly TruePerson[];
}

/**
 * OKS from which a detection is meant for a person, however badly placed.
 *
 * @see Ronchi and Perona 2017, arXiv:1707.05388, section 3.
 */
const meantOks = 0.1;

/** Gives each detection, best score first, the most similar person that is still free. */
export function pairDetections({ groundTruth, table, settings }: MatchInputs): Pairing {
  const { sigmas, categoryIds, maxDetections = cocoMaxDetections } = settings;
  const oksMatrix = createOksMatrix(sigmas, meantOks);
  const pairs: DetectionPair[] = [];
  const background: number[] = [];
  const notFound: TruePerson[] = [];
  for (const image of groupByImage(groundTruth, table, categoryIds)) {
    for (const categoryId of categoryIds) {
      const persons = image.persons.filter(({ category_id }) => category_id === categoryId);
      const ranked = image.rows.filter((row) => table.categoryIds[row] === categoryId);
      rankByScore(table.scores, ranked, ranked.length);
      const count = Math.min(ranked.length, maxDetections);
      const oks = oksMatrix(persons, table, ranked, count);
      const taken = new Set<number>();
      for (let at = 0; at < count; at++) {
        const row = ranked[at]!;
        const similarities = oks.subarray(at * persons.length, (at + 1) * persons.length);
        const found = mostSimilar(persons, similarities, taken);
        if (found === undefined) {
          background.push(row);
          continue;
        }
        const person = persons[found]!;
        taken.add(found);
        if (!isCounted(person)) continue;
        const others = persons.filter((other) => other !== person);
        pairs.push({ row, person, oks: similarities[found]!, others });
      }
      notFound.push(...persons.filter((person, index) => isCounted(person) && !taken.has(index)));
    }
  }
  return { pairs, background, notFound };
}

/** The place of a person; one that counts is preferred, and a crowd is never taken. */
function mostSimilar(
  persons: readonly TruePerson[],
  similarities: Float64Array,
  taken: ReadonlySet<number>,
): number | undefined {
  let best: number | undefined;
  for (const [index, person] of persons.entries()) {
    const similarity = similarities[index]!;
    if (similarity < meantOks || (taken.has(index) && person.iscrowd === 0)) continue;
    const better = best === undefined || isBetter(index, best);
    if (better) best = index;
  }
  return best;

  function isBetter(index: number, than: number): boolean {
    const [counts, thanCounts] = [isCounted(persons[index]!), isCounted(persons[than]!)];
    if (counts !== thanCounts) return counts;
    return similarities[index]! >= similarities[than]!;
  }
}

function isCounted({ iscrowd, num_keypoints }: TruePerson): boolean {
  return iscrowd === 0 && num_keypoints > 0;
}
