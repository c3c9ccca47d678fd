import type { Box, Size, Skeleton } from '@limber/keypoints';
import { drawPose, labelledJoints, pointsOf } from '@limber/pose-trainer/drawing';
import sharp from 'sharp';
import type { Html } from './html.ts';
import { html, trusted } from './html.ts';
import type { PersonView } from './person-view.ts';
import { viewOf } from './person-view.ts';

/** One person to be shown. Frame of every coordinate: imagePx. */
export interface PoseFigureInput {
  /** The image, its path or its bytes; without it the poses are drawn on grey. */
  readonly image?: string | Uint8Array;
  readonly imageSize: Size;
  readonly box: Box;
  /** [K, 3] x, y, visibility. */
  readonly truth: readonly number[];
  /** [K, 3] x, y, score; empty where the person was not found. */
  readonly prediction: readonly number[];
  readonly skeleton: Skeleton;
  readonly caption: string;
  /** Draws the true pose in the colors of a predicted one, left and right apart, and the box: what is to be looked at. */
  readonly isTruthExamined?: boolean;
}

const shownHeightPx = 280;

/** Shows one person, cut out around the box, with the true pose and the predicted one. */
export async function poseFigure(input: PoseFigureInput): Promise<Html> {
  const { image, box, imageSize, truth, prediction, skeleton, caption } = input;
  const { isTruthExamined = false } = input;
  const view = viewOf(box, imageSize);
  const unit = view.height / shownHeightPx;
  return html`<figure>
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width="${Math.round(view.width / unit)}"
      height="${shownHeightPx}"
      viewBox="${view.left} ${view.top} ${view.width} ${view.height}"
    >
      ${await background(image, view)} ${isTruthExamined ? outline(box, unit) : []}
      ${trusted(drawPose(labelledJoints(truth), skeleton, { style: isTruthExamined ? 'predicted' : 'true', unit }))}
      ${trusted(drawPose(pointsOf(prediction, 3), skeleton, { style: 'predicted', unit }))}
    </svg>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

function outline([x, y, width, height]: Box, unit: number): Html {
  return html`<rect
    x="${x + 0.5}"
    y="${y + 0.5}"
    width="${width}"
    height="${height}"
    fill="none"
    stroke="#ffe600"
    stroke-width="${1.4 * unit}"
  />`;
}

async function background(image: string | Uint8Array | undefined, view: PersonView): Promise<Html> {
  const { left, top, width, height } = view;
  if (image === undefined) {
    return html`<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="#555" />`;
  }
  const jpeg = await sharp(image)
    .autoOrient()
    .extract(view)
    .resize({ height: shownHeightPx, withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  return html`<image
    href="data:image/jpeg;base64,${jpeg.toString('base64')}"
    x="${left}"
    y="${top}"
    width="${width}"
    height="${height}"
    preserveAspectRatio="none"
  />`;
}
