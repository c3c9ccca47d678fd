import { LimberError } from '@limber/files';
import type {
  Box,
  CategoryJoints,
  CocoAnnotation,
  Derivation,
  MachineLabel,
  Size,
} from '@limber/keypoints';
import { countLabelled, parseCoco } from '@limber/keypoints';
import type { Source, SourceItem, SplitName } from './source.ts';

/** A person as a tool other than COCO's writes one. imagePx. */
export interface LabelledPerson {
  /** The file and the place in it, for messages. */
  readonly where: string;
  /** [3 K] numbers: x, y, v. */
  readonly keypoints: readonly number[];
  /** Without it, derived from the joints. */
  readonly bbox?: Box;
  /** Set where a model labelled the person. */
  readonly machine_label?: MachineLabel;
}

/** An image and its persons. */
export interface LabelledImage {
  readonly where: string;
  /** The tool's own id. */
  readonly id?: number;
  /** Path below the folder of images, with `/`. */
  readonly fileName: string;
  readonly path: string;
  /** Upright; or why the image cannot be read. */
  readonly size: Size | LimberError;
  readonly group?: string;
  readonly split?: SplitName;
  readonly persons: readonly LabelledPerson[];
}

/** What a source of labelled images is made of. */
export interface LabelledImages {
  readonly name: string;
  /** The joints as the files name them. */
  readonly category: CategoryJoints;
  /** A file that states sigmas, pairs and limbs, already read. */
  readonly skeleton?: CategoryJoints;
  readonly strict?: boolean;
  readonly images: readonly LabelledImage[];
  /** What the format does not say, beyond what COCO's rules fill in. */
  readonly derivations?: readonly Derivation[];
}

/**
 * Makes a source of images that a tool labelled: the rules that fill in and check COCO files hold for them too, and
 * messages name the places in the tool's own files.
 *
 * @throws {LimberError} `invalid-annotations`, naming file and place.
 */
export function createLabelledSource(options: LabelledImages): Source {
  const { name, category, skeleton, strict = false } = options;
  checkNames(options.images);
  const sound = options.images.filter(({ size }) => !(size instanceof LimberError));
  const persons = sound.flatMap((image, index) =>
    image.persons.map((person) => ({ ...person, image_id: index + 1 })),
  );
  const placeOf = (text: string): string =>
    text
      .replace(/^[^:]*: (?=annotations\[|images\[|categories)/, '')
      .replace(
        /annotations\[(\d+)\](?: \(id [^)]*\))?/,
        (_, index) => persons[Number(index)]!.where,
      )
      .replace(/^images\[(\d+)\](?: \(id [^)]*\))?/, (_, index) => sound[Number(index)]!.where);
  const json = {
    images: sound.map(({ fileName, size }, index) => ({
      id: index + 1,
      file_name: fileName,
      width: (size as Size).width,
      height: (size as Size).height,
    })),
    annotations: persons.map(({ keypoints, bbox, machine_label, image_id }, index) => ({
      id: index + 1,
      image_id,
      category_id: 1,
      keypoints,
      iscrowd: 0,
      num_keypoints: countLabelled(keypoints),
      ...(bbox === undefined ? {} : { bbox }),
      ...(machine_label && { machine_label }),
    })),
    categories: [{ id: 1, ...category }],
  };
  const dataset = inPlace(placeOf, () =>
    parseCoco(json, { file: name, strict, ...(skeleton && { skeleton }) }),
  );
  const itemOf = new Map<LabelledImage, SourceItem['annotations']>();
  let next = 0;
  for (const image of sound) {
    const own = dataset.annotations.slice(next, next + image.persons.length);
    next += own.length;
    itemOf.set(image, own.map(withoutReferences));
  }
  return {
    name,
    imageCount: options.images.length,
    category: dataset.category,
    skeleton: dataset.skeleton,
    derivations: [...(options.derivations ?? []), ...dataset.derivations],
    findings: dataset.findings.map((finding) => ({ ...finding, where: placeOf(finding.where) })),
    items: async function* () {
      for (const image of options.images) yield toItem(image, itemOf.get(image) ?? []);
    },
  };
}

function withoutReferences(annotation: CocoAnnotation): SourceItem['annotations'][number] {
  const { id: _, image_id: __, category_id: ___, ...rest } = annotation;
  return rest;
}

function toItem(image: LabelledImage, annotations: SourceItem['annotations']): SourceItem {
  const { where, id, fileName, path, size, group, split } = image;
  const fault = size instanceof LimberError ? size : undefined;
  return {
    where,
    ...(id === undefined ? {} : { id }),
    fileName,
    width: fault === undefined ? (size as Size).width : 1,
    height: fault === undefined ? (size as Size).height : 1,
    ...(group === undefined ? {} : { group }),
    ...(split === undefined ? {} : { split }),
    path,
    annotations,
    ...(fault === undefined ? {} : { fault }),
  };
}

function checkNames(images: readonly LabelledImage[]): void {
  const seen = new Map<string, LabelledImage>();
  for (const image of images) {
    const before = seen.get(image.fileName);
    if (before !== undefined) {
      throw new LimberError('invalid-annotations', {
        where: image.where,
        what: 'an image twice',
        expected: 'every image once, with all its persons',
        got: `"${image.fileName}", which is also in ${before.where}`,
      });
    }
    seen.set(image.fileName, image);
  }
}

function inPlace<T>(placeOf: (text: string) => string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof LimberError) || error.where === undefined) throw error;
    const where = placeOf(error.where);
    const what = error.message.slice(error.where.length + 2).replace(/\.$/, '');
    throw new LimberError(error.code, { where, what }, { cause: error });
  }
}
