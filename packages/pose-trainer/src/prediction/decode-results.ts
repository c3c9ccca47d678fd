import type { KeypointBatch } from '@limber/dataset-loader';
import type { CocoResult } from '@limber/evaluator';
import type { Affine, DecodedKeypoints, KeypointCodec } from '@limber/keypoints';
import { applyAffine } from '@limber/keypoints';

/**
 * Reads the persons of a batch from a model's output and puts them back into their images.
 *
 * Frames: the codec gives inputPx; results are in imagePx. A person's score is the mean of its joints' scores
 * (MMPose with `score_mode='bbox_keypoint'`, the boxes being given, and without a threshold on joints).
 *
 * @param output - [B, ...codec.targetShape(K)].
 */
export function decodeResults(
  output: Float32Array,
  batch: Pick<KeypointBatch, 'size' | 'imageIds' | 'toImage'>,
  {
    codec,
    categoryId,
    jointCount,
  }: { readonly codec: KeypointCodec; readonly categoryId: number; readonly jointCount: number },
): CocoResult[] {
  const stride = output.length / batch.size;
  return Array.from({ length: batch.size }, (_, person) => {
    const decoded = codec.decode(
      output.subarray(person * stride, (person + 1) * stride),
      jointCount,
    );
    return {
      image_id: batch.imageIds[person]!,
      category_id: categoryId,
      ...inImage(decoded, batch.toImage[person]!),
    };
  });
}

/** Moves joints from inputPx to imagePx. @returns [3K] x, y, score; a person's score is the mean of its joints'. */
export function inImage(
  { keypoints, scores }: DecodedKeypoints,
  toImage: Affine,
): { readonly keypoints: number[]; readonly score: number } {
  const joints = [...scores].flatMap((score, joint) => {
    const inputPx = { x: keypoints[joint * 2]!, y: keypoints[joint * 2 + 1]! };
    const { x, y } = applyAffine(toImage, inputPx);
    return [x, y, score];
  });
  return {
    keypoints: joints,
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}
