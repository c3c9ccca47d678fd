import type { Pixels } from '@limber/dataset-loader';
import type { Skeleton } from '@limber/keypoints';
import type { PredictedPose } from '@limber/pose-trainer';
import { drawPose, pointsOf } from '@limber/pose-trainer/drawing';
import sharp from 'sharp';

/** Lines are as wide as on an image of this height or width, whichever is longer. */
const drawnForPx = 640;

/**
 * Draws the poses over the image they were found in.
 *
 * @param minimumScore - joints below it, and the limbs that end there, are left out.
 * @returns a JPEG of the image's size.
 */
export async function drawPrediction(
  { pixels, skeleton }: { readonly pixels: Pixels; readonly skeleton: Skeleton },
  poses: readonly PredictedPose[],
  minimumScore: number,
): Promise<Buffer> {
  const { height, width } = pixels.size;
  const unit = Math.max(1, Math.max(height, width) / drawnForPx);
  const shapes = poses.map(({ keypoints }) => {
    const joints = pointsOf(keypoints, 3).map((point, joint) =>
      keypoints[joint * 3 + 2]! >= minimumScore ? point : null,
    );
    return drawPose(joints, skeleton, { style: 'predicted', unit });
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  return sharp(pixels.data, { raw: { height, width, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 90 })
    .toBuffer();
}
