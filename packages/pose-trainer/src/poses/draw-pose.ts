import type { Size } from '@limber/keypoints';
import sharp from 'sharp';
import type { LoggedImage } from '@limber/trainer';

/** One pose over a picture. */
export interface DrawnPose {
  /** [K, stride]: x, y in inputPx first. */
  readonly points: Float32Array;
  /** Numbers of one joint. */
  readonly stride: number;
  /** Whether a joint is drawn. */
  readonly isShown: (joint: number) => boolean;
  /** As in CSS. */
  readonly colour: string;
}

/** A model's input is small: each of its pixels becomes this many. */
const scale = 3;

/**
 * Draws poses over what a model saw.
 *
 * Frame: inputPx, centre of the top-left pixel at (0, 0).
 *
 * @param image - [height, width, 3]: RGB levels.
 * @param links - limbs, as pairs of joints.
 * @returns a PNG, three times as large.
 */
export async function drawPoses(
  image: Uint8Array,
  { height, width }: Size,
  poses: readonly DrawnPose[],
  links: readonly (readonly [number, number])[],
): Promise<LoggedImage> {
  const size = { width: width * scale, height: height * scale };
  const shapes = poses.map((pose) => shapesOf(pose, links)).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${shapes}</svg>`;
  const png = await sharp(image, { raw: { height, width, channels: 3 } })
    .resize(size.width, size.height, { kernel: 'nearest' })
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
  return { png, ...size };
}

function shapesOf(pose: DrawnPose, links: readonly (readonly [number, number])[]): string {
  const { points, stride, isShown, colour } = pose;
  const place = (joint: number): readonly [x: string, y: string] => [
    ((points[joint * stride]! + 0.5) * scale).toFixed(1),
    ((points[joint * stride + 1]! + 0.5) * scale).toFixed(1),
  ];
  const joints = Array.from({ length: points.length / stride }, (_, joint) => joint);
  const limbs = links
    .filter(([from, to]) => isShown(from) && isShown(to))
    .map(([from, to]) => [...place(from), ...place(to)])
    .map(
      ([x1, y1, x2, y2]) =>
        `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="2"/>`,
    );
  const dots = joints
    .filter(isShown)
    .map(place)
    .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`);
  return [...limbs, ...dots].join('');
}

/** Annotated joints, from a batch's [B, K, 3] keypoints. */
export function annotatedPose(
  keypoints: Float32Array,
  person: number,
  jointCount: number,
): DrawnPose {
  const points = keypoints.subarray(person * jointCount * 3, (person + 1) * jointCount * 3);
  return { points, stride: 3, isShown: (joint) => points[joint * 3 + 2]! > 0, colour: '#3c3' };
}
