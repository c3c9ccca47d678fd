import { LimberError } from '@limber/files';
import {
  deriveSkeleton,
  jointsWithoutKnownSigma,
  unknownJointSigma,
} from '../skeletons/derive-skeleton.ts';
import { checkDataset } from './check-dataset.ts';
import type { CocoDataset, CocoFile, CocoFileCategory, Derivation } from './coco-dataset.ts';
import { findOutside } from './find-outside.ts';
import { parseCocoFile } from './parse-coco-file.ts';

/** How COCO JSON is read. */
export interface ParseCocoOptions {
  /** Named in every message. */
  readonly file: string;
  /** Refuse what is only doubtful: points and boxes outside their image, counts that disagree. */
  readonly strict?: boolean;
}

/**
 * Reads COCO keypoint JSON in full or short form as a training set, and fills in what the short form lacks: fields of
 * annotations, ids and names of categories as {@link parseCocoFile}, limbs and sigmas as {@link deriveSkeleton}.
 *
 * @param json - the parsed file.
 * @returns the one category that the annotations use, and its images and annotations.
 * @throws {LimberError} `invalid-annotations`, naming file, id and field.
 */
export function parseCoco(json: unknown, options: ParseCocoOptions): CocoDataset {
  const { file, strict = false } = options;
  const raw = parseCocoFile(json, file);
  const category = chooseCategory(raw, file);
  const skeleton = deriveSkeleton(category);
  const { images: rawImages } = json as { readonly images: readonly unknown[] };
  const images = checkDataset(raw, category, { file, raw: rawImages });
  const { annotations } = raw;
  const findings = findOutside({ images, annotations }, skeleton);
  const first = findings[0];
  if (strict && first !== undefined) {
    const others = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    const fix = 'Correct the file, or read it without strict.';
    const what = `${first.message}${others}`;
    throw new LimberError('invalid-annotations', { where: `${file}: ${first.where}`, what, fix });
  }
  const { id, name, keypoints } = category;
  const links = skeleton.links.map(([from, to]) => [from + 1, to + 1] as const);
  const complete = { id, name, keypoints, skeleton: links, sigmas: skeleton.sigmas };
  const derivations = [...raw.derivations, ...derivationsOf(category)];
  return { images, annotations, category: complete, skeleton, derivations, findings };
}

function chooseCategory({ annotations, categories }: CocoFile, file: string): CocoFileCategory {
  const usedIds = new Set(annotations.map(({ category_id }) => category_id));
  const used = categories.filter(({ id }) => usedIds.has(id));
  if (used.length > 1) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: categories`,
      what: 'annotations of several categories',
      expected: 'one category with keypoints',
      got: used.map(({ name }) => `"${name}"`).join(', '),
      fix: 'Split the file by category.',
    });
  }
  return used[0] ?? categories[0]!;
}

/** What {@link deriveSkeleton} adds to a category. */
function derivationsOf(category: CocoFileCategory): Derivation[] {
  const unknown = jointsWithoutKnownSigma(category);
  const links: Derivation = {
    field: 'category.skeleton',
    rule: 'limbs of COCO-17 between joints of the same names',
    count: 1,
  };
  const sigmas: Derivation = {
    field: 'sigmas',
    rule: `${unknownJointSigma} for ${unknown.join(', ')}`,
    count: unknown.length,
  };
  return [
    ...(category.skeleton === undefined ? [links] : []),
    ...(unknown.length > 0 ? [sigmas] : []),
  ];
}
