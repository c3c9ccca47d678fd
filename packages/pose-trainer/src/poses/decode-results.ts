import type { KeypointBatch } from '@limber/dataset-loader';
import type { CocoResult } from '@limber/evaluator';
import type { Affine, KeypointCodec } from '@limber/keypoints';
import { applyAffine } from '@limber/keypoints';

/**
 * Reads the persons of a batch from a model's output and puts them back into their photographs.
 *
 * Frames: the codec gives inputPx; results are in imagePx. A person's score is the mean of its joints' scores
 * (MMPose with `score_mode='bbox_keypoint'`, the boxes being given, and without a threshold on joints).
 *
 * @param output - [B, ...codec.targetShape(K)].
 */
export function decodeResults(
  output: Float32Array,
  batch: Pick<KeypointBatch, 'size' | 'imageIds' | 'toImage'>,
  codec: KeypointCodec,
  categoryId: number,
  jointCount: number,
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
      keypoints: toImagePx(decoded.keypoints, decoded.scores, batch.toImage[person]!),
      score: decoded.scores.reduce((sum, score) => sum + score, 0) / jointCount,
    };
  });
}

/** @returns K times x, y (imagePx), score. */
function toImagePx(keypoints: Float32Array, scores: Float32Array, toImage: Affine): number[] {
  const flat: number[] = [];
  for (const [joint, score] of scores.entries()) {
    const inputPx = { x: keypoints[joint * 2]!, y: keypoints[joint * 2 + 1]! };
    const imagePx = applyAffine(toImage, inputPx);
    flat.push(imagePx.x, imagePx.y, score);
  }
  return flat;
}
