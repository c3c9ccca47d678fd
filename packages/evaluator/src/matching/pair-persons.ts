import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import { groupByImage } from '../images/group-by-image.ts';
import type { ImageContent } from '../oks/oks-matrix.ts';
import { createOksMatrix } from '../oks/oks-matrix.ts';
import type { Results } from '../results/result-table.ts';
import { toResultTable } from '../results/result-table.ts';
import { rankByScore } from './rank-by-score.ts';

/** How persons and detections are paired. */
export interface PairPersonsOptions {
  /** [K] spread per joint. */
  readonly sigmas: readonly number[];
  /** Persons and detections of each category are paired by themselves; those of others are left out. */
  readonly categoryIds: readonly number[];
  /** Detections that are looked at in one image and category, the best-scored first. */
  readonly maxDetections?: number;
}

/** A true person that counts (labelled, no crowd) and the detection that is paired with it. */
export interface PersonPair {
  readonly person: TruePerson;
  /** The detection, as a row of the results; undefined for a person that was not found. */
  readonly row: number | undefined;
  /** Of the detection to the person, in [0, 1]; 0 for a person that was not found. */
  readonly oks: number;
  /** Everybody else of the category in the image. */
  readonly others: readonly TruePerson[];
}

/** Who was found. */
export interface Pairing {
  /** One for each person that counts, by ascending image id. */
  readonly pairs: readonly PersonPair[];
  /** Rows that are paired with nobody. */
  readonly background: readonly number[];
}

/**
 * OKS from which a detection is meant for a person, however badly placed.
 *
 * @see Ronchi and Perona 2017, arXiv:1707.05388, section 3.
 */
const meantOks = 0.1;

/**
 * Pairs each person with one detection at most, and each detection with one person, as COCO's matching does at an OKS of
 * 0.1: each detection, best score first, takes the most similar person that is free. Persons that count are preferred,
 * and a crowd takes any number of detections.
 *
 * @param results - of equal preference the earlier one is taken. Frame: imagePx.
 * @throws {LimberError} `invalid-annotations` or `shape-mismatch` for numbers that cannot be compared, or for a result
 * in an image that the ground truth does not have.
 */
export function pairPersons(
  groundTruth: Pick<GroundTruth, 'images' | 'annotations'>,
  results: Results,
  options: PairPersonsOptions,
): Pairing {
  const { sigmas, categoryIds, maxDetections = Infinity } = options;
  const table = toResultTable(results);
  const oksMatrix = createOksMatrix(sigmas, meantOks);
  const pairs: PersonPair[] = [];
  const background: number[] = [];
  for (const image of groupByImage(groundTruth, table, categoryIds)) {
    for (const categoryId of categoryIds) {
      const persons = image.persons.filter(({ category_id }) => category_id === categoryId);
      const ranked = image.rows.filter((row) => table.categoryIds[row] === categoryId);
      rankByScore(table.scores, ranked, ranked.length);
      const count = Math.min(ranked.length, maxDetections);
      const content = { persons, table, ranked, count };
      const oks = oksMatrix(content);
      const personOf = takeInOrder(orderByScore(content, oks), content);
      for (const [rank, person] of personOf.entries()) {
        if (person < 0) background.push(ranked[rank]!);
      }
      for (const [index, person] of persons.entries()) {
        if (!isCounted(person)) continue;
        // -1 for a person that was not found, where no list has anything
        const rank = personOf.indexOf(index);
        const others = persons.filter((other) => other !== person);
        const similarity = oks[rank * persons.length + index] ?? 0;
        pairs.push({ person, row: ranked[rank], oks: similarity, others });
      }
    }
  }
  return { pairs, background };
}

/** A detection and a person that may be paired, by their places. */
interface Candidate {
  readonly rank: number;
  readonly person: number;
}

function orderByScore({ persons, count }: ImageContent, oks: Float64Array): Candidate[] {
  const oksOf = ({ rank, person }: Candidate): number => oks[rank * persons.length + person]!;
  const isIgnored = ({ person }: Candidate): number => (isCounted(persons[person]!) ? 0 : 1);
  return (
    listCandidates(persons.length, count)
      // NaN is not less than anything
      .filter((candidate) => !(oksOf(candidate) < meantOks))
      .toSorted(
        (a, b) =>
          a.rank - b.rank ||
          isIgnored(a) - isIgnored(b) ||
          oksOf(b) - oksOf(a) ||
          b.person - a.person,
      )
  );
}

/** Person by person. */
function listCandidates(personCount: number, count: number): Candidate[] {
  return Array.from({ length: personCount * count }, (_, index) => {
    return { person: Math.floor(index / count), rank: index % count };
  });
}

/** @returns [count] the person of each detection, or -1. */
function takeInOrder(
  candidates: readonly Candidate[],
  { persons, count }: ImageContent,
): Int32Array {
  const personOf = new Int32Array(count).fill(-1);
  const taken = new Set<number>();
  for (const { rank, person } of candidates) {
    if (personOf[rank]! >= 0 || taken.has(person)) continue;
    personOf[rank] = person;
    if (persons[person]!.iscrowd === 0) taken.add(person);
  }
  return personOf;
}

function isCounted({ iscrowd, num_keypoints }: TruePerson): boolean {
  return iscrowd === 0 && num_keypoints > 0;
}
