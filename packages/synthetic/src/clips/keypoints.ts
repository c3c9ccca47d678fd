import type { Vec3 } from '../geometry/vector.ts';
import { toWorld } from '../geometry/frame.ts';
import { addScaled, scale } from '../geometry/vector.ts';
import { features } from '../meshes/head.ts';
import type { Part } from '../meshes/part.ts';
import { limbParts, part } from '../meshes/part.ts';
import type { Pose } from '../motions/pose.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';
import type { Camera } from '../scenes/camera.ts';
import { project } from '../scenes/camera.ts';
import type { LabelSet } from './label-set.ts';

/** A joint of the body in space, and what may lie before it without hiding it. */
export interface BodyPoint {
  readonly place: Vec3;
  /** The parts of the body that the joint belongs to. */
  readonly parts: readonly Part[];
  /** How thick those may be before the joint, metres: more of them is another side of the body. */
  readonly thickness: number;
}

/** The joints of a label set, in its order. World metres. */
export function bodyPoints(pose: Pose, person: Person, labels: LabelSet): BodyPoint[] {
  return labels.category.keypoints.map((name) => bodyPoint(name, { pose, person, labels }));
}

interface Body {
  readonly pose: Pose;
  readonly person: Person;
  readonly labels: LabelSet;
}

function bodyPoint(name: string, { pose, person, labels }: Body): BodyPoint {
  const [first, second] = name.split('_') as [Side | 'nose', string];
  const size = person.height / 1.75;
  const onHead = (feature: Vec3, thickness: number): BodyPoint => {
    const place = toWorld(pose.head, scale(feature, person.headScale));
    const inwards = feature[2] > 0 ? -underSkin : 0;
    return {
      place: addScaled(place, pose.head.front, inwards),
      parts: [part.head, ...(thickness > 0.05 ? [part.hair] : [])],
      thickness,
    };
  };
  if (name === 'nose') return onHead(features.noseTip, 0.03);
  if (name === 'head_top') return onHead([0, 0.105, -0.01], 0.2);
  if (name === 'neck') {
    const place = toWorld(pose.chest, [0, 0.07 * size, -0.01]);
    return { place, parts: [part.torso, part.head], thickness: 0.12 * size };
  }
  const onSide = ([x, y, z]: Vec3): Vec3 => [x * signOf(first as Side), y, z];
  const side = first as Side;
  const { upperArm, forearm, hand, thigh, shin, foot } = limbParts(side);
  const arm = pose.arms[side];
  const leg = pose.legs[side];
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
      return {
        place: labels.hipOf(pose, person, side),
        parts: [part.torso, thigh],
        thickness: 0.19 * size * girth,
      };
    case 'knee':
      return { place: leg.knee, parts: [thigh, shin], thickness: 0.13 * size * girth };
    default:
      return { place: leg.ankle, parts: [shin, foot], thickness: 0.12 * size };
  }
}

/** A little under the skin, so that the silhouette's edge does not decide whether it is seen. */
const underSkin = 0.008;

/** The nearest surface in the line of sight of a sample: metres along the view, and the part and the person that it belongs to. */
export interface Surface {
  readonly depth: number;
  readonly part: number;
  /** 0 for objects. */
  readonly owner: number;
}

/**
 * Where the joints are seen: x, y in image pixels, v: 2 seen, 1 hidden by a body or by an object,
 * 0 outside the image (then x and y are 0, as COCO writes it).
 *
 * @param look.surfaceAt - what is seen at the sample nearest to an image pixel; null for nothing.
 * @param look.owner - whose joints they are.
 */
export function seenKeypoints(
  points: readonly BodyPoint[],
  look: {
    readonly camera: Camera;
    readonly owner: number;
    readonly surfaceAt: (x: number, y: number) => Surface | null;
  },
): number[] {
  const { camera, owner, surfaceAt } = look;
  return points.flatMap((point) => {
    const { x, y, depth } = project(camera, point.place);
    const { width, height } = camera.size;
    const isInside = x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5;
    if (!isInside || depth <= 0) return [0, 0, 0];
    const surface = surfaceAt(x, y);
    const hidden = surface !== null && isHidden(point, { depth, owner }, surface);
    return [round(x), round(y), hidden ? 1 : 2];
  });
}

/** Whether the nearest surface in the joint's line of sight hides it. */
export function isHidden(
  point: BodyPoint,
  { depth, owner }: { readonly depth: number; readonly owner: number },
  surface: Surface,
): boolean {
  if (surface.depth >= depth) return false;
  const isOwn = surface.owner === owner && point.parts.some((own) => own === surface.part);
  return !isOwn || depth - surface.depth > point.thickness;
}

/** Hundredths of a pixel, so that files stay small; far below what anybody can see. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
