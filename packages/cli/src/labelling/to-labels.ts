import { findDuplicatePersons } from '@limber/dataset-builder';
import { LimberError } from '@limber/files';
import type { CocoAnnotation, Size, Skeleton } from '@limber/keypoints';
import { areaOfBox, clipBox } from '@limber/keypoints';
import type { PredictedPose } from '@limber/pose-trainer';
import type { LabelledItem } from './find-poses.ts';

/** A person as a dataset has one, but for the ids. */
export type PersonLabel = Omit<CocoAnnotation, 'id' | 'image_id' | 'category_id'>;

/** What becomes of the persons of one image. */
export interface ImageLabels {
  /** Without what is uncertain. */
  readonly certain: readonly PersonLabel[];
  /** With it, for people to correct. */
  readonly all: readonly PersonLabel[];
  /** Whether somebody has to look: a person is below the score, or nobody was found. */
  readonly isUncertain: boolean;
  /** How many persons `certain` lacks. */
  readonly personsLeftOut: number;
}

/**
 * Makes labels of what a teacher found: joints that reach `minScore` are labelled as visible, since a model does not say
 * which are hidden. Joints outside the image are not labelled. A person's score is the mean of its joints'. Somebody whom
 * the detector found twice is there once.
 *
 * @param teacher - named in every label.
 * @throws {LimberError} `corrupt-data` if the teacher gives NaN.
 */
export function toLabels(
  { poses, size, path }: Pick<LabelledItem, 'poses' | 'size' | 'path'>,
  {
    minScore,
    teacher,
    skeleton,
  }: { readonly minScore: number; readonly teacher: string; readonly skeleton: Skeleton },
): ImageLabels {
  const broken = poses.some(({ keypoints }) => !keypoints.every(Number.isFinite));
  if (broken) {
    throw new LimberError('corrupt-data', {
      where: path,
      what: `what ${teacher} finds is not a number`,
      expected: 'joints',
      got: 'NaN',
      fix: 'Its training has diverged: train it again, or name another teacher.',
    });
  }
  const found = poses.flatMap((pose) => {
    const [label] = toPerson(pose, { size, minScore: -Infinity, teacher });
    return label === undefined ? [] : [{ pose, label }];
  });
  const labels = found.map(({ label }) => label);
  const twice = new Set(findDuplicatePersons(labels, skeleton).map(({ person }) => person));
  const persons = found.filter((_, index) => !twice.has(index));
  const all = persons.map(({ label }) => label);
  const certain = persons
    .filter(({ pose }) => meanScore(pose) >= minScore)
    .flatMap(({ pose }) => toPerson(pose, { size, minScore, teacher }));
  const personsLeftOut = all.length - certain.length;
  return { certain, all, isUncertain: all.length === 0 || personsLeftOut > 0, personsLeftOut };
}

function meanScore({ keypoints }: PredictedPose): number {
  const scores = keypoints.filter((_, at) => at % 3 === 2);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** @returns none if no joint is left. */
function toPerson(
  { keypoints, box }: PredictedPose,
  {
    size: { height, width },
    minScore,
    teacher,
  }: { readonly size: Size; readonly minScore: number; readonly teacher: string },
): PersonLabel[] {
  const scores: number[] = [];
  const labels: number[] = [];
  for (let at = 0; at < keypoints.length; at += 3) {
    const [x, y, score] = [keypoints[at]!, keypoints[at + 1]!, keypoints[at + 2]!].map(round) as [
      number,
      number,
      number,
    ];
    scores.push(score);
    const isInside = x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1;
    labels.push(...(isInside && score >= minScore ? [x, y, 2] : [0, 0, 0]));
  }
  const num_keypoints = labels.filter((value, at) => at % 3 === 2 && value > 0).length;
  const bbox = clipBox(box, { height, width }).map(round) as unknown as PersonLabel['bbox'];
  if (num_keypoints === 0 || bbox[2] <= 0 || bbox[3] <= 0) return [];
  return [
    {
      keypoints: labels,
      num_keypoints,
      bbox,
      area: areaOfBox(bbox),
      area_source: 'bbox',
      iscrowd: 0,
      machine_label: { teacher, scores },
    },
  ];
}

/** To a ten-thousandth: of a pixel or of a score. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
