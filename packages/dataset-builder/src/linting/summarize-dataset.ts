import type { MachineLabelCounts, Random, Skeleton } from '@limber/keypoints';
import { createMachineLabelCounter, createRandom } from '@limber/keypoints';
import type { Source, SourceAnnotation } from '../sources/source.ts';

/** The numbers of one joint. */
export interface JointStatistics {
  readonly joint: string;
  readonly visible: number;
  readonly hidden: number;
  readonly notLabelled: number;
  /** Where it lies in the person's box on average, as parts of its sides; null if it is never labelled in a box with a size. */
  readonly meanPosition: { readonly x: number; readonly y: number } | null;
}

/** How a quantity is distributed: its extremes, quartiles and mean; null if there is nothing. */
export interface Distribution {
  readonly least: number;
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
  readonly most: number;
  readonly mean: number;
}

/** The numbers of a dataset, and what plots of them need. */
export interface DatasetStatistics {
  readonly images: number;
  readonly persons: number;
  readonly crowds: number;
  readonly imagesWithoutPersons: number;
  /** Persons that models labelled, by model. */
  readonly machineLabels: MachineLabelCounts;
  readonly skeleton: Skeleton;
  readonly joints: readonly JointStatistics[];
  /** Longer side of the box in pixels. */
  readonly boxSizePx: Distribution | null;
  /** Width of the box by its height. */
  readonly aspectRatio: Distribution | null;
  /** Images by how many persons they have. */
  readonly personsPerImage: Readonly<Record<string, number>>;
  /** Persons by how many joints are labelled. */
  readonly jointsPerPerson: Readonly<Record<string, number>>;
  /** Up to 2,000 persons with a box that has a size, drawn so that each is as likely as any other. */
  readonly samples: readonly PersonSample[];
}

/** One person of a plot. */
export interface PersonSample {
  /** Of the box, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Those that are labelled, as parts of the box. */
  readonly joints: readonly { readonly joint: number; readonly x: number; readonly y: number }[];
}

const shownSamples = 2000;

/**
 * Counts what a dataset holds; images are not read. All sources have the same joints.
 *
 * @param options.seed - draws the persons that plots show.
 */
export async function summarizeDataset(
  sources: readonly Source[],
  { seed }: { readonly seed: number },
): Promise<DatasetStatistics> {
  const skeleton = sources[0]!.skeleton;
  const joints = skeleton.keypoints.map((joint) => ({
    joint,
    counts: [0, 0, 0],
    placed: 0,
    x: 0,
    y: 0,
  }));
  const counts = { images: 0, persons: 0, crowds: 0, imagesWithoutPersons: 0 };
  const [personsPerImage, jointsPerPerson] = [new Map<number, number>(), new Map<number, number>()];
  const [sizes, ratios]: [number[], number[]] = [[], []];
  const made = createMachineLabelCounter();
  const samples = createReservoir<SourceAnnotation>(createRandom(seed, 'statistics'));
  for (const source of sources) {
    for await (const { annotations } of source.items({ annotationsOnly: true })) {
      counts.images += 1;
      const persons = annotations.filter(({ iscrowd }) => iscrowd === 0);
      counts.crowds += annotations.length - persons.length;
      counts.persons += persons.length;
      if (persons.length === 0) counts.imagesWithoutPersons += 1;
      increase(personsPerImage, persons.length);
      for (const person of persons) {
        made.add(person);
        const { bbox, keypoints, num_keypoints } = person;
        const [left, top, width, height] = bbox;
        increase(jointsPerPerson, num_keypoints);
        const hasSize = width > 0 && height > 0;
        if (hasSize) {
          sizes.push(Math.max(width, height));
          ratios.push(width / height);
          samples.add(person);
        }
        for (const [index, joint] of joints.entries()) {
          const v = keypoints[index * 3 + 2]!;
          joint.counts[v]! += 1;
          if (v === 0 || !hasSize) continue;
          joint.placed += 1;
          joint.x += (keypoints[index * 3]! - left) / width;
          joint.y += (keypoints[index * 3 + 1]! - top) / height;
        }
      }
    }
  }
  return {
    ...counts,
    machineLabels: made.counts(),
    skeleton,
    joints: joints.map(({ joint, counts: [notLabelled, hidden, visible], placed, x, y }) => {
      const meanPosition = placed === 0 ? null : { x: x / placed, y: y / placed };
      return { joint, visible: visible!, hidden: hidden!, notLabelled: notLabelled!, meanPosition };
    }),
    boxSizePx: distributionOf(sizes),
    aspectRatio: distributionOf(ratios),
    personsPerImage: sorted(personsPerImage),
    jointsPerPerson: sorted(jointsPerPerson),
    samples: samples.items.map(toSample),
  };
}

/**
 * Keeps up to 2,000 of any number of items, each with the same probability (Vitter 1985, algorithm R).
 */
function createReservoir<T>(random: Random): {
  readonly items: T[];
  readonly add: (item: T) => void;
} {
  const items: T[] = [];
  let count = 0;
  return {
    items,
    add(item) {
      const place = count < shownSamples ? count : random.integer(0, count);
      if (place < shownSamples) items[place] = item;
      count += 1;
    },
  };
}

function toSample({ bbox, keypoints }: SourceAnnotation): PersonSample {
  const [left, top, width, height] = bbox;
  const joints = Array.from({ length: keypoints.length / 3 }, (_, joint) => joint)
    .filter((joint) => keypoints[joint * 3 + 2]! > 0)
    .map((joint) => ({
      joint,
      x: (keypoints[joint * 3]! - left) / width,
      y: (keypoints[joint * 3 + 1]! - top) / height,
    }));
  return { width, height, joints };
}

function increase(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a - b));
}

function distributionOf(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const ordered = Float64Array.from(values).sort();
  const at = (part: number): number => ordered[Math.round(part * (ordered.length - 1))]!;
  return {
    least: at(0),
    quarter: at(0.25),
    median: at(0.5),
    threeQuarters: at(0.75),
    most: at(1),
    mean: ordered.reduce((sum, value) => sum + value, 0) / ordered.length,
  };
}
