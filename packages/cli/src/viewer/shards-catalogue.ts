import { KeypointDataset } from '@limber/dataset-loader';
import type { KeypointHead } from '@limber/dataset-loader';
import type { Affine, Box, Point } from '@limber/keypoints';
import { applyAffine, invertAffine } from '@limber/keypoints';
import type { Catalogue, CataloguePerson } from './catalogue.ts';
import type { SampleLook } from './sample-maker.ts';
import { sampleOfRow } from './sample-maker.ts';

/** A folder of packed shards. */
export interface ShardsFolder {
  readonly folder: string;
  /** null: the shards are not one of several splits. */
  readonly split: string | null;
}

/** The persons of packed shards; each picture is the crop that is stored. */
export async function shardsCatalogue(
  folders: readonly ShardsFolder[],
  {
    title,
    lookOf,
  }: {
    readonly title: string;
    /** @param dataset - whose input size is taken where no training says another. */
    readonly lookOf: (dataset: KeypointDataset) => SampleLook;
  },
): Promise<Catalogue> {
  const opened: { readonly dataset: KeypointDataset; readonly split: string | null }[] = [];
  const close = (): void => opened.forEach(({ dataset }) => dataset.close());
  try {
    for (const { folder, split } of folders) {
      opened.push({ dataset: await KeypointDataset.open(folder), split });
    }
  } catch (error) {
    close();
    throw error;
  }
  const rows = opened.flatMap(({ dataset, split }, skeleton) =>
    Array.from({ length: dataset.size }, (_, row) => ({ dataset, split, skeleton, row })),
  );
  return {
    title,
    skeletons: opened.map(({ dataset }) => dataset.skeleton),
    persons: rows.map(({ dataset, split, skeleton, row }) => ({
      ...toPerson(dataset.head(row)),
      split,
      skeleton,
      picture: () => dataset.get(row).image,
    })),
    predictions: new Map(),
    scoreName: null,
    sampleOf: (index, epoch) => {
      const { dataset, row } = rows[index]!;
      const alone = dataset.filter((_, each) => each === row);
      return sampleOfRow(alone, lookOf(dataset), epoch);
    },
    close: () => Promise.resolve(close()),
  };
}

function toPerson(head: KeypointHead): Omit<CataloguePerson, 'split' | 'skeleton' | 'picture'> {
  const toPicture = invertAffine(head.cropToImage);
  const [a, b, , d, e] = toPicture;
  return {
    name: `image ${head.imageId} · annotation ${head.annotationId}`,
    image: undefined,
    size: head.cropSize,
    box: mapBox(toPicture, head.bbox),
    keypoints: mapPoints(toPicture, head.keypoints),
    area: head.area * Math.abs(a * e - b * d),
    imageId: head.imageId,
    annotationId: head.annotationId,
    toPicture,
    findings: [],
  };
}

function mapBox(affine: Affine, [x, y, width, height]: Box): Box {
  const start: Point = applyAffine(affine, { x, y });
  const end = applyAffine(affine, { x: x + width, y: y + height });
  return [start.x, start.y, end.x - start.x, end.y - start.y];
}

/** @param points - [K, 3] x, y and anything. */
export function mapPoints(affine: Affine, points: ArrayLike<number>): Float32Array {
  const mapped = Float32Array.from(points);
  for (let at = 0; at < mapped.length; at += 3) {
    const { x, y } = applyAffine(affine, { x: points[at]!, y: points[at + 1]! });
    mapped[at] = x;
    mapped[at + 1] = y;
  }
  return mapped;
}
