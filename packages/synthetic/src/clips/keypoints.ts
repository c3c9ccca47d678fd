import { coco17 } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import { toWorld } from '../geometry/frame.ts';
import { addScaled, scale } from '../geometry/vector.ts';
import { features } from '../meshes/head.ts';
import type { Part } from '../meshes/part.ts';
import { limbParts, part } from '../meshes/part.ts';
import type { Pose } from '../motions/pose.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';
import type { DepthImage } from '../rendering/depth-image.ts';
import { toSamples } from '../rendering/depth-image.ts';
import { project } from '../scenes/camera.ts';

/** A joint of the body in space, and what may lie before it without hiding it. */
export interface BodyPoint {
  readonly place: Vec3;
  /** The parts of the body that the joint belongs to. */
  readonly parts: readonly Part[];
  /** How thick those may be before the joint, metres: more of them is another side of the body. */
  readonly thickness: number;
}

/** The 17 joints of COCO, in its order. World metres. */
export function bodyPoints(pose: Pose, person: Person): BodyPoint[] {
  return coco17.keypoints.map((name) => bodyPoint(name, pose, person));
}

function bodyPoint(name: string, pose: Pose, person: Person): BodyPoint {
  const [first, second] = name.split('_') as [Side | 'nose', string];
  const size = person.height / 1.75;
  const onHead = (feature: Vec3, thickness: number): BodyPoint => {
    const place = toWorld(pose.head, scale(feature, person.headScale));
    const inwards = feature[2] > 0 ? -underSkin : 0;
    return { place: addScaled(place, pose.head.front, inwards), parts: [part.head], thickness };
  };
  if (first === 'nose') return onHead(features.noseTip, 0.03);
  const onSide = ([x, y, z]: Vec3): Vec3 => [x * signOf(first), y, z];
  const { upperArm, forearm, hand, thigh, shin, foot } = limbParts(first);
  const arm = pose.arms[first];
  const leg = pose.legs[first];
  const girth = Math.max(1, person.girth) + person.belly;
  switch (second) {
    case 'eye':
      return onHead(onSide(features.eye), 0.025);
    case 'ear':
      return onHead(onSide(features.ear), 0.03);
    case 'shoulder':
      return {
        place: arm.shoulder,
        parts: [part.torso, upperArm],
        thickness: 0.14 * size * girth,
      };
    case 'elbow':
      return { place: arm.elbow, parts: [upperArm, forearm], thickness: 0.1 * size };
    case 'wrist':
      return { place: arm.wrist, parts: [forearm, hand], thickness: 0.1 * size };
    case 'hip':
      return { place: leg.hip, parts: [part.torso, thigh], thickness: 0.19 * size * girth };
    case 'knee':
      return { place: leg.knee, parts: [thigh, shin], thickness: 0.13 * size * girth };
    default:
      return { place: leg.ankle, parts: [shin, foot], thickness: 0.12 * size };
  }
}

/** A little under the skin, so that the silhouette's edge does not decide whether it is seen. */
const underSkin = 0.008;

/**
 * Where the joints are seen: x, y in image pixels, v: 2 seen, 1 hidden by the body or by an object,
 * 0 outside the image (then x and y are 0, as COCO writes it).
 */
export function seenKeypoints(points: readonly BodyPoint[], image: DepthImage): number[] {
  const { camera } = image;
  return points.flatMap((point) => {
    const { x, y, depth } = project(camera, point.place);
    const { width, height } = camera.size;
    const isInside = x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5;
    if (!isInside || depth <= 0) return [0, 0, 0];
    const column = Math.min(image.width - 1, Math.max(0, Math.round(toSamples(x))));
    const row = Math.min(image.height - 1, Math.max(0, Math.round(toSamples(y))));
    const at = row * image.width + column;
    const surface = { depth: image.depth[at]!, part: image.part[at]! };
    return [round(x), round(y), isHidden(point, depth, surface) ? 1 : 2];
  });
}

/** Whether the nearest surface in the joint's line of sight hides it. */
export function isHidden(
  point: BodyPoint,
  depth: number,
  surface: { readonly depth: number; readonly part: number },
): boolean {
  if (surface.depth >= depth) return false;
  const isOwn = point.parts.some((own) => own === surface.part);
  return !isOwn || depth - surface.depth > point.thickness;
}

/** Hundredths of a pixel, so that files stay small; far below what anybody can see. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
