import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LoaderOptions } from '@limber/dataset-loader';
import { KeypointDataset, KeypointLoader, packDataset } from '@limber/dataset-loader';
import type { CocoCategory, Size } from '@limber/keypoints';
import { countLabelled } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import sharp from 'sharp';
import type { CataloguePerson } from './catalogue.ts';
import type { SampleImage, ViewedSample } from './viewer-api.ts';

/** What a model sees of persons, and what varies them. */
export interface SampleLook extends Pick<
  LoaderOptions,
  'augmentation' | 'lateAugmentation' | 'folder'
> {
  readonly inputSize: Size;
  readonly seed: number;
}

/** Makes samples of persons who are not packed: each is packed by itself, into a temporary folder. */
export interface SampleMaker {
  make(person: CataloguePerson, epoch: number): Promise<ViewedSample>;
  close(): Promise<void>;
}

/** @param categories - of each skeleton. */
export function createSampleMaker(
  look: SampleLook,
  categories: readonly CocoCategory[],
): SampleMaker {
  let folder: Promise<string> | undefined;
  const packed = new Map<CataloguePerson, Promise<string>>();
  const pack = async (person: CataloguePerson): Promise<string> => {
    folder ??= mkdtemp(join(tmpdir(), 'limber-view-'));
    const place = await mkdtemp(join(await folder, 'person-'));
    const picture = await person.picture();
    if (typeof picture !== 'string') throw new TypeError('The picture is no file.');
    const { skeleton, box, keypoints, area, size } = person;
    const category = categories[skeleton]!;
    const coco = {
      images: [{ id: 1, file_name: basename(picture), ...size }],
      annotations: [
        {
          id: person.annotationId ?? 1,
          image_id: 1,
          category_id: category.id,
          bbox: box,
          keypoints: Array.from(keypoints),
          area,
          iscrowd: 0,
        },
      ],
      categories: [category],
    };
    const annotations = join(place, 'person.json');
    await writeFile(annotations, JSON.stringify(coco));
    const { inputSize, augmentation, lateAugmentation } = look;
    const out = join(place, 'shards');
    const augmentations = [augmentation, lateAugmentation?.augmentation ?? null];
    const images = dirname(picture);
    await packDataset({ annotations, images, out, inputSize, augmentations, corrupt: 'throw' });
    return out;
  };
  return {
    async make(person, epoch) {
      refuseUnlabelled(person);
      const before = packed.get(person);
      const shards = before ?? pack(person);
      if (before === undefined) {
        packed.set(person, shards);
        // what failed is tried again
        shards.catch(() => packed.delete(person));
      }
      const dataset = await KeypointDataset.open(await shards);
      try {
        return await sampleOfRow(dataset, look, epoch);
      } finally {
        dataset.close();
      }
    },
    async close() {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}

function refuseUnlabelled({ name, keypoints }: CataloguePerson): void {
  if (countLabelled(keypoints) > 0) return;
  const what = 'no joint is labelled, so that no training sees it';
  throw new LimberError('invalid-annotations', { where: name, what });
}

/**
 * A person as a training of this seed sees it in an epoch, and without augmentation.
 *
 * @param dataset - of this one person.
 */
export async function sampleOfRow(
  dataset: KeypointDataset,
  { inputSize, seed, augmentation, lateAugmentation = null, ...where }: SampleLook,
  epoch: number,
): Promise<ViewedSample> {
  const draw = async (
    changes: Pick<LoaderOptions, 'augmentation' | 'lateAugmentation'>,
  ): Promise<SampleImage> => {
    const loader = new KeypointLoader(dataset, {
      ...where,
      ...changes,
      batchSize: 1,
      codec: { type: 'msra-heatmap', inputSize, heatmapSize: inputSize },
      seed,
      shuffle: false,
      dropLast: false,
      workers: 0,
      prefetch: 1,
    });
    for await (const { images, keypoints } of loader.batches(epoch)) {
      const raw = { ...inputSize, channels: 3 } as const;
      const jpeg = await sharp(images, { raw }).jpeg({ quality: 90 }).toBuffer();
      const image = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
      return { image, keypoints: Array.from(keypoints) };
    }
    throw new TypeError('The loader has no batch.');
  };
  const [before, after] = await Promise.all([
    draw({ augmentation: null, lateAugmentation: null }),
    draw({ augmentation, lateAugmentation }),
  ]);
  return { size: inputSize, before, after };
}
