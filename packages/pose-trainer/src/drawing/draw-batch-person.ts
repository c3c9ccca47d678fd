import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size, Skeleton } from '@limber/keypoints';
import type { LoggedImage } from '@limber/trainer';
import sharp from 'sharp';
import type { DrawnJoints } from './draw-pose.ts';
import { drawPose, labelledJoints } from './draw-pose.ts';

/** A model's input is small: each of its pixels becomes this many. */
const scale = 3;

/** What is drawn of a person. */
export interface DrawBatchPersonOptions {
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  /** Joints in inputPx that a model found. */
  readonly predicted?: DrawnJoints;
}

/**
 * Draws what the model saw of one person of a batch, with its true joints and, if given, the predicted ones.
 *
 * @param person - its index in the batch.
 * @returns a PNG, three times as large as the input.
 */
export async function drawBatchPerson(
  batch: Pick<KeypointBatch, 'images' | 'keypoints'>,
  person: number,
  { skeleton, inputSize: { height, width }, predicted }: DrawBatchPersonOptions,
): Promise<LoggedImage> {
  const [pixels, numbers] = [height * width * 3, skeleton.keypoints.length * 3];
  const image = batch.images.subarray(person * pixels, (person + 1) * pixels);
  const keypoints = batch.keypoints.subarray(person * numbers, (person + 1) * numbers);
  const unit = 1 / scale;
  const shapes = [
    drawPose(labelledJoints(keypoints), skeleton, { style: 'true', unit }),
    ...(predicted === undefined
      ? []
      : [drawPose(predicted, skeleton, { style: 'predicted', unit })]),
  ].join('');
  const size = { width: width * scale, height: height * scale };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${width} ${height}">${shapes}</svg>`;
  const png = await sharp(image, { raw: { height, width, channels: 3 } })
    .resize(size.width, size.height, { kernel: 'nearest' })
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
  return { png, ...size };
}
