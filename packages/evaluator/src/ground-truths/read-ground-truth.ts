import { LimberError } from '@limber/files';
import type { CocoFileCategory } from '@limber/keypoints';
import { readCocoFile } from '@limber/keypoints';
import type { GroundTruthFile } from './ground-truth.ts';

/**
 * Reads a COCO file of true keypoints for evaluation, in full or short form. Unlike a training set it may have
 * several categories with joints, and what only an evaluation can judge, such as an id that comes twice, is left to it.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming file, id and field.
 */
export async function readGroundTruth(file: string): Promise<GroundTruthFile> {
  const { images, annotations, categories, derivations } = await readCocoFile(file);
  const [category, ...others] = categories;
  const joints = category!.keypoints.length;
  const other = others.find(({ keypoints }) => keypoints.length !== joints);
  if (other !== undefined) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: categories`,
      what: 'categories with different numbers of joints',
      expected: `${joints} joints, as "${category!.name}" has`,
      got: `${other.keypoints.length} in "${other.name}"`,
      fix: 'Split the file by category.',
    });
  }
  const drawable = categories.map(withoutWrongLinks);
  return { images, annotations, category: drawable[0]!, categories: drawable, derivations };
}

/** Limbs only matter to drawings, so wrong ones are left out. */
function withoutWrongLinks(category: CocoFileCategory): CocoFileCategory {
  const { skeleton, ...rest } = category;
  const joints = category.keypoints.length;
  const isRight = skeleton?.flat().every((end) => end >= 1 && end <= joints);
  return isRight === true ? category : rest;
}
