import type { Skeleton } from '@limber/keypoints';
import type { Source } from '../sources/source.ts';

/** The numbers of one joint. */
export interface JointStatistics {
  readonly joint: string;
  readonly visible: number;
  readonly hidden: number;
  readonly notLabelled: number;
  /** Where it lies in the person's box on average, as parts of its sides; null if it is never labelled. */
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
  /** Up to 2,000 persons, evenly taken: the width and height of the box, and joints as parts of it. */
  readonly samples: readonly {
    readonly width: number;
    readonly height: number;
    readonly joints: readonly { readonly joint: number; readonly x: number; readonly y: number }[];
  }[];
}

const shownSamples = 2000;

/** Counts what a dataset holds; images are not read. All sources have the same joints. */
export async function summarizeDataset(sources: readonly Source[]): Promise<DatasetStatistics> {
  const skeleton = sources[0]!.skeleton;
  const joints = skeleton.keypoints.map((joint) => ({ joint, counts: [0, 0, 0], x: 0, y: 0 }));
  const counts = { images: 0, persons: 0, crowds: 0, imagesWithoutPersons: 0 };
  const [personsPerImage, jointsPerPerson] = [new Map<number, number>(), new Map<number, number>()];
  const [sizes, ratios]: [number[], number[]] = [[], []];
  const samples: DatasetStatistics['samples'][number][] = [];
  for (const source of sources) {
    for await (const { annotations } of source.items()) {
      counts.images += 1;
      const persons = annotations.filter(({ iscrowd }) => iscrowd === 0);
      counts.crowds += annotations.length - persons.length;
      counts.persons += persons.length;
      if (persons.length === 0) counts.imagesWithoutPersons += 1;
      increase(personsPerImage, persons.length);
      for (const { bbox, keypoints, num_keypoints } of persons) {
        const [left, top, width, height] = bbox;
        increase(jointsPerPerson, num_keypoints);
        const hasSize = width > 0 && height > 0;
        if (hasSize) {
          sizes.push(Math.max(width, height));
          ratios.push(width / height);
        }
        const shown: { joint: number; x: number; y: number }[] = [];
        for (const [index, joint] of joints.entries()) {
          const [x, y, v] = keypoints.slice(index * 3, index * 3 + 3) as [number, number, number];
          joint.counts[v]! += 1;
          if (v === 0 || !hasSize) continue;
          const place = { x: (x - left) / width, y: (y - top) / height };
          joint.x += place.x;
          joint.y += place.y;
          shown.push({ joint: index, ...place });
        }
        samples.push({ width, height, joints: shown });
      }
    }
  }
  const step = Math.max(1, Math.ceil(samples.length / shownSamples));
  return {
    ...counts,
    skeleton,
    joints: joints.map(({ joint, counts: [notLabelled, hidden, visible], x, y }) => {
      const labelled = hidden! + visible!;
      const meanPosition = labelled === 0 ? null : { x: x / labelled, y: y / labelled };
      return { joint, visible: visible!, hidden: hidden!, notLabelled: notLabelled!, meanPosition };
    }),
    boxSizePx: distributionOf(sizes),
    aspectRatio: distributionOf(ratios),
    personsPerImage: sorted(personsPerImage),
    jointsPerPerson: sorted(jointsPerPerson),
    samples: samples.filter((_, index) => index % step === 0),
  };
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
