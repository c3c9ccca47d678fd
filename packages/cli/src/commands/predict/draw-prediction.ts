import type { Pixels } from '@limber/dataset-loader';
import type { Box, Skeleton } from '@limber/keypoints';
import type { PredictedPose, TrackedPose } from '@limber/pose-trainer';
import { drawPose, pointsOf } from '@limber/pose-trainer/drawing';
import type { Sharp } from 'sharp';
import sharp from 'sharp';

/** Lines are as wide as on an image of this height or width, whichever is longer. */
const drawnForPx = 640;

/**
 * Draws the poses over the image they were found in; tracked ones with their numbers.
 *
 * @param minimumScore - joints below it, and the limbs that end there, are left out.
 * @returns an image of the same size, to be encoded.
 */
export function drawPrediction(
  { pixels, skeleton }: { readonly pixels: Pixels; readonly skeleton: Skeleton },
  poses: readonly (PredictedPose & Partial<Pick<TrackedPose, 'trackId'>>)[],
  minimumScore: number,
): Sharp {
  const { height, width } = pixels.size;
  const unit = Math.max(1, Math.max(height, width) / drawnForPx);
  const shapes = poses.map(({ keypoints, box, trackId }) => {
    const joints = pointsOf(keypoints, 3).map((point, joint) =>
      keypoints[joint * 3 + 2]! >= minimumScore ? point : null,
    );
    const pose = drawPose(joints, skeleton, { style: 'predicted', unit });
    return trackId === undefined ? pose : pose + drawNumber(trackId, box, unit);
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  return sharp(pixels.data, { raw: { height, width, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha();
}

function drawNumber(trackId: number, [x, y]: Box, unit: number): string {
  const style = `font: bold ${14 * unit}px sans-serif; fill: white; stroke: black; stroke-width: ${3 * unit}; paint-order: stroke`;
  return `<text x="${x}" y="${Math.max(y, 16 * unit)}" style="${style}">${trackId}</text>`;
}
