import { LimberError } from '@limber/files';
import type { CategoryJoints } from '../skeletons/derive-skeleton.ts';
import {
  assumedSigma,
  deriveSkeleton,
  jointsWithoutKnownSigma,
} from '../skeletons/derive-skeleton.ts';
import type { Skeleton } from '../skeletons/skeleton.ts';
import { checkDataset } from './check-dataset.ts';
import type {
  CocoAnnotation,
  CocoCategory,
  CocoDataset,
  CocoFile,
  CocoFileCategory,
  CocoImage,
  Derivation,
} from './coco-dataset.ts';
import { areaOfBox, countLabelled, isWithoutArea } from './field-rules.ts';
import { findOutside } from './find-outside.ts';
import { findUnknownJoints } from './find-unknown-joints.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import { stateJoints } from './state-joints.ts';

/** How COCO JSON is read. */
export interface ParseCocoOptions {
  /** Named in every message. */
  readonly file: string;
  /** Refuse what is only doubtful, see {@link CocoDataset.findings}. */
  readonly strict?: boolean;
  /** Sigmas, pairs and limbs that stand in the place of the file's own, for joints of the same names. */
  readonly skeleton?: CategoryJoints;
  /** The field of an image that names its group: what it shares with near-identical ones. By default `group`. */
  readonly groupField?: string;
}

/**
 * Reads COCO keypoint JSON in full or short form as a training set, and fills in what the short form lacks: fields of
 * annotations, ids and names of categories as {@link parseCocoFile}, limbs, pairs and sigmas as {@link deriveSkeleton}.
 * A count that disagrees with the joints is corrected, an area of 0 is derived from the box; both are findings.
 *
 * @param json - the parsed file.
 * @returns the one category that the annotations use, and its images and annotations.
 * @throws {LimberError} `invalid-annotations`, naming file, id and field.
 */
export function parseCoco(json: unknown, options: ParseCocoOptions): CocoDataset {
  return toDataset(parseCocoFile(json, { ...options, purpose: 'training' }), options);
}

/**
 * Makes a training set of a file that was read for one, see {@link parseCoco}.
 *
 * @throws {LimberError} `invalid-annotations`, naming file, id and field.
 */
export function toDataset(raw: CocoFile, options: ParseCocoOptions): CocoDataset {
  const { file, strict = false } = options;
  const category = stateJoints(chooseCategory(raw, file), options.skeleton, file);
  const skeleton = deriveSkeleton(category);
  checkDataset(raw, category, file);
  const images = raw.images as readonly CocoImage[];
  const { annotations, places } = raw;
  const findings = [
    ...findUnknownJoints(category, skeleton),
    ...findOutside({ images, annotations, ...(places && { places }) }, skeleton),
  ];
  const first = findings[0];
  if (strict && first !== undefined) {
    const others = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    const fix = 'Correct the file, or read it without strict.';
    const what = `${first.message}${others}`;
    throw new LimberError('invalid-annotations', { where: `${file}: ${first.where}`, what, fix });
  }
  return {
    images,
    annotations: annotations.map(correct),
    category: completeCategory(category, skeleton),
    skeleton,
    derivations: [...raw.derivations, ...derivationsOf(category, skeleton)],
    findings,
  };
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

function correct(annotation: CocoAnnotation): CocoAnnotation {
  const num_keypoints = countLabelled(annotation.keypoints);
  // most are right as they are, and a copy of a million takes memory
  const isCounted = annotation.num_keypoints === num_keypoints;
  const counted = isCounted ? annotation : { ...annotation, num_keypoints };
  if (!isWithoutArea(annotation)) return counted;
  return { ...counted, area: areaOfBox(annotation.bbox), area_source: 'bbox' };
}

function completeCategory(category: CocoFileCategory, skeleton: Skeleton): CocoCategory {
  const { id, name, keypoints, groups } = category;
  const assumed = jointsWithoutKnownSigma(category);
  const nameOf = (joint: number): string => keypoints[joint]!;
  return {
    id,
    name,
    keypoints,
    skeleton: skeleton.links.map(([from, to]) => [from + 1, to + 1] as const),
    sigmas: skeleton.sigmas,
    ...(assumed.length === 0 ? {} : { assumed_sigmas: assumed }),
    ...(skeleton.pairs === null
      ? {}
      : { pairs: skeleton.pairs.map(([left, right]) => [nameOf(left), nameOf(right)] as const) }),
    ...(groups === undefined ? {} : { groups }),
  };
}

/** What {@link deriveSkeleton} adds to a category. */
function derivationsOf(category: CocoFileCategory, { pairs }: Skeleton): Derivation[] {
  const assumed = jointsWithoutKnownSigma(category);
  const links: Derivation = {
    field: 'category.skeleton',
    rule: 'limbs of COCO-17 between joints of the same names',
    count: 1,
  };
  const sigmas: Derivation = {
    field: 'sigmas',
    rule:
      assumed.length === 0
        ? 'those of COCO-17 by name'
        : `those of COCO-17 by name, ${assumedSigma} for ${assumed.join(', ')}`,
    count: category.keypoints.length,
  };
  const rule = 'names that differ in their side only';
  const isPaired = category.pairs === undefined && pairs !== null && pairs.length > 0;
  return [
    ...(category.skeleton === undefined ? [links] : []),
    ...(category.sigmas === undefined ? [sigmas] : []),
    ...(isPaired ? [{ field: 'pairs', rule, count: pairs.length } as const] : []),
  ];
}
