import type { CategoryJoints, CocoDataset } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { readCoco, readSkeleton } from '@limber/keypoints';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { groupBy } from '../building/group-by.ts';
import { refuseOutside } from './refuse-outside.ts';
import type { Source, SourceItem, SplitName } from './source.ts';

/** Where a COCO dataset lies, and how it is read. */
export interface CocoSourceOptions {
  /** A COCO keypoint file, full or short form. */
  readonly annotations: string;
  /** The folder that its `file_name`s lie in; or what finds their paths, once all are known. */
  readonly images: string | ((fileNames: readonly string[]) => (fileName: string) => string);
  /** A file that states sigmas, pairs and limbs of the joints, in the place of what the annotations say. */
  readonly skeleton?: string;
  /** The same, already read. */
  readonly joints?: CategoryJoints;
  /** The field of an image that names its group. By default `group`. */
  readonly groupField?: string;
  /** Refuse what is doubtful, instead of listing it. */
  readonly strict?: boolean;
  /** The split that every image stays in; without it, `buildDataset` draws one for each group. */
  readonly split?: SplitName;
}

/**
 * Images and persons of a COCO keypoint file. The file is read and checked now, the images when a dataset is built.
 *
 * @throws {LimberError} `missing-file` if the file or the folder is not there; `invalid-annotations`, naming file, id
 * and field, if the file is not COCO keypoints, names an image twice, or one outside the folder.
 */
export async function cocoSource(options: CocoSourceOptions): Promise<Source> {
  const { annotations: file, images, strict = false, groupField } = options;
  const joints =
    options.skeleton === undefined ? options.joints : await readSkeleton(options.skeleton);
  const dataset = await readCoco(file, {
    strict,
    ...(joints && { skeleton: joints }),
    ...(groupField === undefined ? {} : { groupField }),
  });
  if (typeof images === 'string') await checkFolder(images, file);
  checkFileNames(dataset, file);
  const pathOf =
    typeof images === 'string'
      ? (fileName: string) => join(images, fileName)
      : images(dataset.images.map(({ file_name }) => file_name));
  const { category, skeleton, derivations, findings } = dataset;
  return {
    name: nameOf(file),
    imageCount: dataset.images.length,
    category,
    skeleton,
    derivations,
    findings: findings.map((finding) =>
      finding.image === undefined ? finding : { ...finding, image: storedNameOf(finding.image) },
    ),
    items: async function* () {
      yield* listItems(dataset, { ...options, pathOf });
    },
  };
}

/** `person_keypoints_val2017.json` by itself, `lspet-train/annotations.json` by its folder. */
function nameOf(file: string): string {
  const stem = basename(file).replace(/\.json$/i, '');
  return stem === 'annotations' ? basename(dirname(resolve(file))) : stem;
}

async function checkFolder(folder: string, file: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new LimberError('missing-file', {
    where: folder,
    what: 'no such folder',
    expected: `the folder of the images that ${file} names`,
    got: found === null ? 'nothing' : 'a file',
  });
}

function checkFileNames({ images }: CocoDataset, file: string): void {
  const seen = new Map<string, number>();
  for (const [index, { id, file_name }] of images.entries()) {
    const where = `${file}: images[${index}] (id ${id}).file_name`;
    const path = normalize(file_name);
    refuseOutside(file_name, where);
    const before = seen.get(path);
    if (before !== undefined) {
      throw new LimberError('invalid-annotations', {
        where,
        what: 'a file twice',
        expected: 'every image once, with all its persons',
        got: `"${file_name}", which is also images[${before}] (id ${images[before]!.id})`,
      });
    }
    seen.set(path, index);
  }
}

/** The path below the folder of images, however it is written. */
function storedNameOf(fileName: string): string {
  return normalize(fileName).replaceAll('\\', '/');
}

function* listItems(
  dataset: CocoDataset,
  options: Pick<CocoSourceOptions, 'annotations' | 'split'> & {
    readonly pathOf: (fileName: string) => string;
  },
): Generator<SourceItem, void, undefined> {
  const { annotations: file, split, pathOf } = options;
  const persons = groupBy(dataset.annotations, ({ image_id }) => image_id);
  for (const [index, image] of dataset.images.entries()) {
    const { id, file_name, width, height, group, source_id } = image;
    yield {
      where: `${file}: images[${index}] (id ${source_id ?? id})`,
      id,
      ...(source_id === undefined ? {} : { source_id }),
      fileName: storedNameOf(file_name),
      width,
      height,
      ...(group === undefined ? {} : { group }),
      ...(split === undefined ? {} : { split }),
      path: pathOf(file_name),
      // not copied: of a million persons each copy takes some hundred megabytes
      annotations: persons.get(id) ?? [],
    };
  }
}
