import sharp from 'sharp';
import type { Box, Skeleton } from '@limber/keypoints';
import type { Html } from './html.ts';
import { html, trusted } from './html.ts';

/** One person to be shown. Every coordinate is in image pixels. */
export interface PoseFigureInput {
  /** The photograph; without it the poses are drawn on grey. */
  readonly imageFile?: string;
  readonly imageSize: { readonly width: number; readonly height: number };
  readonly box: Box;
  /** K times x, y, v. */
  readonly truth: readonly number[];
  /** K times x, y, score; empty where there is none. */
  readonly prediction: readonly number[];
  readonly skeleton: Skeleton;
  readonly caption: string;
}

/** How much of the surroundings is shown, as a part of the box. */
const margin = 0.2;
const shownHeightPx = 280;
const sideColors = { left: '#ff9f1c', right: '#2ec4ff', middle: '#7ae582' } as const;

/** A picture of one person, cut out around the box, with the true skeleton (white, dashed) and the predicted one (coloured by side). */
export async function poseFigure(input: PoseFigureInput): Promise<Html> {
  const view = viewOf(input.box, input.imageSize);
  const unit = view.height / shownHeightPx;
  const width = Math.round((view.width / view.height) * shownHeightPx);
  return html`<figure>
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width="${width}"
      height="${shownHeightPx}"
      viewBox="${view.left} ${view.top} ${view.width} ${view.height}"
    >
      ${await background(input.imageFile, view)} ${trusted(drawTruth(input, unit))}
      ${trusted(drawPrediction(input, unit))}
    </svg>
    <figcaption>${input.caption}</figcaption>
  </figure>`;
}

async function background(imageFile: string | undefined, view: View): Promise<Html> {
  const { left, top, width, height } = view;
  if (imageFile === undefined) {
    return html`<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="#555" />`;
  }
  const picture = await sharp(imageFile)
    .extract(view)
    .resize({ height: shownHeightPx, withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  return html`<image
    href="data:image/jpeg;base64,${picture.toString('base64')}"
    x="${left}"
    y="${top}"
    width="${width}"
    height="${height}"
    preserveAspectRatio="none"
  />`;
}

interface View {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function viewOf([x, y, boxWidth, boxHeight]: Box, image: PoseFigureInput['imageSize']): View {
  const border = margin * Math.max(boxWidth, boxHeight);
  const left = clamp(Math.floor(x - border), 0, image.width - 1);
  const top = clamp(Math.floor(y - border), 0, image.height - 1);
  const right = clamp(Math.ceil(x + boxWidth + border), left + 1, image.width);
  const bottom = clamp(Math.ceil(y + boxHeight + border), top + 1, image.height);
  return { left, top, width: right - left, height: bottom - top };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function drawTruth({ truth, skeleton }: PoseFigureInput, unit: number): string {
  const isLabelled = (joint: number): boolean => truth[joint * 3 + 2]! > 0;
  const style = `stroke="#fff" stroke-width="${1.4 * unit}" stroke-dasharray="${4 * unit} ${3 * unit}"`;
  const limbs = skeleton.links
    .filter(([from, to]) => isLabelled(from) && isLabelled(to))
    .map(([from, to]) => line(truth, from, to, style));
  return limbs.join('');
}

function drawPrediction({ prediction, skeleton }: PoseFigureInput, unit: number): string {
  if (prediction.length === 0) return '';
  const limbs = skeleton.links.map(([from, to]) => {
    const color = sideColors[sideOf(skeleton, from, to)];
    return line(prediction, from, to, `stroke="${color}" stroke-width="${2.4 * unit}"`);
  });
  const joints = skeleton.keypoints.map((_, joint) => {
    const x = round(prediction[joint * 3]!);
    const y = round(prediction[joint * 3 + 1]!);
    const color = sideColors[sideOf(skeleton, joint, joint)];
    return `<circle cx="${x}" cy="${y}" r="${3 * unit}" fill="${color}" stroke="#111" stroke-width="${0.7 * unit}"/>`;
  });
  return [...limbs, ...joints].join('');
}

function line(points: readonly number[], from: number, to: number, style: string): string {
  const [x1, y1] = [round(points[from * 3]!), round(points[from * 3 + 1]!)];
  const [x2, y2] = [round(points[to * 3]!), round(points[to * 3 + 1]!)];
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke-linecap="round" ${style}/>`;
}

function sideOf(skeleton: Skeleton, from: number, to: number): keyof typeof sideColors {
  const isLeft = (joint: number): boolean => skeleton.pairs.some(([left]) => left === joint);
  const isRight = (joint: number): boolean => skeleton.pairs.some(([, right]) => right === joint);
  if (isLeft(from) && isLeft(to)) return 'left';
  if (isRight(from) && isRight(to)) return 'right';
  return 'middle';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
