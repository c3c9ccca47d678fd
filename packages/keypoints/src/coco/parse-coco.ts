import { LimberError } from '@limber/files';
import { nearestName } from '@limber/files';
import {
  deriveSkeleton,
  jointsWithoutKnownSigma,
  unknownJointSigma,
} from '../skeletons/derive-skeleton.ts';
import { areaOfBox } from './area-of-box.ts';
import { checkReferences } from './check-references.ts';
import type {
  CocoAnnotation,
  CocoCategory,
  CocoDataset,
  CocoImage,
  Derivation,
} from './coco-dataset.ts';
import type { CocoJson } from './coco-schema.ts';
import { cocoSchema } from './coco-schema.ts';
import { countLabelled } from './count-labelled.ts';
import { findOutside } from './find-outside.ts';

export interface ParseCocoOptions {
  /** Named in every message. */
  readonly file: string;
  /** Refuse what is only doubtful: points and boxes outside their image, counts that disagree. */
  readonly strict?: boolean;
}

/**
 * Reads COCO keypoint JSON in full or short form and fills in what the short form lacks.
 *
 * - `area`: 0.53 of the box, at least 1 square pixel
 * - `iscrowd`: 0
 * - `num_keypoints`: the joints with v > 0
 * - `category.id`: the only `category_id` in use, else the category's place counted from 1
 * - `category.skeleton`, `sigmas`: see {@link deriveSkeleton}
 *
 * @param json - the parsed file.
 * @returns the one category that the annotations use, and its images and annotations.
 * @throws {LimberError} `invalid-annotations`, naming file, id and field.
 */
export function parseCoco(json: unknown, options: ParseCocoOptions): CocoDataset {
  const { file, strict = false } = options;
  const raw = parseShape(json, file);
  const category = chooseCategory(raw, file);
  const skeleton = deriveSkeleton(category);
  checkReferences(raw, category, file);
  const annotations = raw.annotations.map(completeAnnotation);
  const images = raw.images.map(completeImage);
  const findings = findOutside(raw, skeleton);
  const first = findings[0];
  if (strict && first !== undefined) {
    const others = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    const fix = 'Correct the file, or read it without strict.';
    const what = `${first.message}${others}`;
    throw new LimberError('invalid-annotations', { where: `${file}: ${first.where}`, what, fix });
  }
  const complete: CocoCategory = {
    ...category,
    skeleton: skeleton.links.map(([from, to]) => [from + 1, to + 1] as const),
    sigmas: skeleton.sigmas,
  };
  const derivations = listDerivations(raw, category);
  return { images, annotations, category: complete, skeleton, derivations, findings };
}

function parseShape(json: unknown, file: string): CocoJson {
  const result = cocoSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const more = result.error.issues.length - 1;
  const path = formatPath(json, issue.path);
  throw new LimberError('invalid-annotations', {
    where: path === '' ? file : `${file}: ${path}`,
    what: `${issue.message}${more > 0 ? ` (and ${more} more)` : ''}`,
    fix: adviceFor(json, issue.path),
  });
}

/** `annotations[12] (id 40).keypoints`, so that a person finds the place by id too. */
function formatPath(json: unknown, path: readonly PropertyKey[]): string {
  let text = '';
  let node = json as Record<PropertyKey, unknown> | undefined;
  for (const key of path) {
    node = node?.[key] as Record<PropertyKey, unknown> | undefined;
    if (typeof key !== 'number') text += text === '' ? String(key) : `.${String(key)}`;
    else text += typeof node?.['id'] === 'number' ? `[${key}] (id ${node['id']})` : `[${key}]`;
  }
  return text;
}

function adviceFor(json: unknown, path: readonly PropertyKey[]): string {
  const field = path.at(-1);
  if (path[0] === 'categories' && field === 'keypoints') {
    return 'A category must list the names of its joints: "keypoints": ["nose", …].';
  }
  const owner =
    path.length > 1
      ? path.slice(0, -1).reduce((node, key) => (node as Record<PropertyKey, unknown>)[key], json)
      : json;
  const names = owner !== null && typeof owner === 'object' ? Object.keys(owner) : [];
  const near =
    typeof field === 'string' && !names.includes(field) ? nearestName(field, names) : undefined;
  return near === undefined
    ? 'See the COCO keypoint format.'
    : `Is "${near}" meant to be "${String(field)}"?`;
}

type UsedCategory = Omit<CocoCategory, 'skeleton' | 'sigmas'> & {
  readonly skeleton: readonly (readonly [number, number])[] | undefined;
  readonly sigmas: readonly number[] | undefined;
};

function chooseCategory(raw: CocoJson, file: string): UsedCategory {
  const used = [...new Set(raw.annotations.map((annotation) => annotation.category_id))];
  const withIds = raw.categories.map((category, index) => {
    const onlyOne = raw.categories.length === 1 && used.length === 1;
    return { ...category, id: category.id ?? (onlyOne ? used[0]! : index + 1) };
  });
  const usedCategories = withIds.filter(({ id }) => used.includes(id));
  if (usedCategories.length > 1) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: categories`,
      what: 'annotations of several categories',
      expected: 'one category with keypoints',
      got: usedCategories.map(({ name }) => `"${name}"`).join(', '),
      fix: 'Split the file by category.',
    });
  }
  const { id, name, keypoints, skeleton, sigmas } = usedCategories[0] ?? withIds[0]!;
  return { id, name, keypoints, skeleton, sigmas };
}

function completeImage(image: CocoJson['images'][number]): CocoImage {
  const { id, file_name, width, height, group } = image;
  return { id, file_name, width, height, ...(group === undefined ? {} : { group }) };
}

function completeAnnotation(annotation: CocoJson['annotations'][number]): CocoAnnotation {
  const { id, image_id, category_id, keypoints, bbox } = annotation;
  const area = annotation.area ?? Math.max(1, bbox[2] * bbox[3] * areaOfBox);
  const num_keypoints = annotation.num_keypoints ?? countLabelled(keypoints);
  const iscrowd = annotation.iscrowd ?? 0;
  return { id, image_id, category_id, keypoints, num_keypoints, bbox, area, iscrowd };
}

function listDerivations(raw: CocoJson, category: UsedCategory): Derivation[] {
  const lacking = (field: 'area' | 'iscrowd' | 'num_keypoints'): number =>
    raw.annotations.filter((annotation) => annotation[field] === undefined).length;
  const unknown = jointsWithoutKnownSigma(category);
  const all: Derivation[] = [
    { field: 'area', rule: `${areaOfBox} of the box, at least 1`, count: lacking('area') },
    { field: 'iscrowd', rule: '0', count: lacking('iscrowd') },
    { field: 'num_keypoints', rule: 'joints with v > 0', count: lacking('num_keypoints') },
    {
      field: 'category.id',
      rule: 'the only category_id in use, else the place counted from 1',
      count: raw.categories.filter(({ id }) => id === undefined).length,
    },
    {
      field: 'category.skeleton',
      rule: 'limbs of COCO-17 between joints of the same names',
      count: category.skeleton === undefined ? 1 : 0,
    },
    {
      field: 'sigmas',
      rule: `${unknownJointSigma} for ${unknown.join(', ')}`,
      count: unknown.length,
    },
  ];
  return all.filter(({ count }) => count > 0);
}
