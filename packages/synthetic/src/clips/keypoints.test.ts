import type { Size } from '@limber/keypoints';
import { coco17, flipIndices } from '@limber/keypoints';
import { expect, test } from 'vitest';
import type { Frame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { cross, dot, scale, subtract } from '../geometry/vector.ts';
import { addBody } from '../meshes/body.ts';
import { heldObjects } from '../meshes/held-objects.ts';
import { Mesh } from '../meshes/mesh.ts';
import type { Arm, Leg, Pose } from '../motions/pose.ts';
import { solvePose } from '../motions/solve-pose.ts';
import { DepthImage, toImagePx, toSamples } from '../rendering/depth-image.ts';
import { rasterize } from '../rendering/rasterize.ts';
import type { Camera } from '../scenes/camera.ts';
import { project, rayOf } from '../scenes/camera.ts';
import type { Clip } from './clip.ts';
import { createClip } from './clip.ts';
import { bodyPoints, isHidden, seenKeypoints } from './keypoints.ts';

const moments = [0, 0.35, 0.8];
const clips = Array.from({ length: 25 }, (_, clip) =>
  createClip({ seed: 11, clip, standingShare: 0.3 }),
);

interface Scene {
  readonly pose: Pose;
  readonly mesh: Mesh;
  readonly image: DepthImage;
  readonly keypoints: readonly number[];
}

const mesh = new Mesh();

function sceneOf(clip: Clip, moment: number, pose = poseAt(clip, moment)): Scene {
  mesh.clear();
  addBody(mesh, { ...clip, pose });
  const { style } = clip.motion.postureAt(moment, 0).arms.left;
  heldObjects[style]?.(mesh, pose, clip.held);
  const image = new DepthImage(clip.camera);
  rasterize(mesh, image);
  return { pose, mesh, image, keypoints: seenKeypoints(bodyPoints(pose, clip.person), image) };
}

function poseAt(clip: Clip, moment: number): Pose {
  return solvePose(clip.person, clip.motion.postureAt(moment, 0));
}

test('what is seen and what is hidden agrees with rays traced through every triangle', () => {
  let hidden = 0;
  let checked = 0;
  for (const clip of clips.slice(0, 12)) {
    const { pose, keypoints, mesh } = sceneOf(clip, 0.35);
    for (const [joint, point] of bodyPoints(pose, clip.person).entries()) {
      const v = keypoints[joint * 3 + 2]!;
      if (v === 0) continue;
      const { x, y, depth } = project(clip.camera, point.place);
      // the ray of the sample, as the rasterizer looks at that and not at the joint itself
      const toSample = (value: number): number => toImagePx(Math.round(toSamples(value)));
      const surface = traceNearest(mesh, clip.camera, [toSample(x), toSample(y)]);
      checked++;
      hidden += v === 1 ? 1 : 0;
      expect(v, coco17.keypoints[joint]!).toBe(isHidden(point, depth, surface) ? 1 : 2);
    }
  }
  expect(checked).toBeGreaterThan(150);
  expect(hidden / checked).toBeGreaterThan(0.15);
  expect(hidden / checked).toBeLessThan(0.6);
});

test('a joint that is seen lies inside the silhouette', () => {
  for (const clip of clips) {
    for (const moment of moments) {
      const { image, keypoints } = sceneOf(clip, moment);
      for (const [joint, name] of coco17.keypoints.entries()) {
        const [x, y, v] = keypoints.slice(joint * 3, joint * 3 + 3) as [number, number, number];
        if (v !== 2) continue;
        expect(isPersonNear(image, x, y), `${name} at ${x}, ${y}`).toBe(true);
      }
    }
  }
});

test('a mirrored person before a mirrored camera has mirrored keypoints, left and right exchanged', () => {
  const flipped = flipIndices(coco17);
  let sameVisibility = 0;
  let joints = 0;
  for (const clip of clips) {
    const { keypoints } = sceneOf(clip, 0.35);
    const pose = mirrorPose(poseAt(clip, 0.35));
    const mirrored = sceneOf({ ...clip, camera: mirrorCamera(clip.camera) }, 0.35, pose).keypoints;
    for (const [joint, partner] of flipped.entries()) {
      const [x, y, v] = keypoints.slice(joint * 3, joint * 3 + 3) as [number, number, number];
      const [mx, my, mv] = mirrored.slice(partner * 3, partner * 3 + 3) as [number, number, number];
      if (v === 0 || mv === 0) continue;
      expect(mx).toBeCloseTo(clip.camera.size.width - 1 - x, 1);
      expect(my).toBeCloseTo(y, 1);
      joints++;
      sameVisibility += v === mv ? 1 : 0;
    }
  }
  // the samples and the triangles of the mirrored body do not fall on the same places, so edges may differ
  expect(sameVisibility / joints).toBeGreaterThan(0.97);
});

test('from the front both eyes are seen, from behind none; from a side only its own', () => {
  const clip = clips[0]!;
  const size: Size = { width: 300, height: 400 };
  const seenFrom = (turn: number): string[] => {
    const pose = solvePose(clip.person, {
      ...clip.motion.postureAt(0, 0),
      yaw: 0,
      thighAngle: 0.05,
      head: { pitch: 0, yaw: 0, roll: 0 },
      arms: { left: { style: 'hanging', spread: 0.5 }, right: { style: 'hanging', spread: 0.5 } },
    });
    const camera = cameraAround(clip, size, turn);
    const bald = { ...clip.appearance, hair: 'bald' as const };
    const { keypoints } = sceneOf({ ...clip, camera, appearance: bald }, 0, pose);
    return ['left_eye', 'right_eye', 'left_ear', 'right_ear'].filter(
      (name) => keypoints[coco17.keypoints.indexOf(name) * 3 + 2] === 2,
    );
  };
  expect(seenFrom(0)).toEqual(expect.arrayContaining(['left_eye', 'right_eye']));
  expect(seenFrom(Math.PI)).not.toContain('left_eye');
  expect(seenFrom(Math.PI)).not.toContain('right_eye');
  expect(seenFrom(Math.PI / 2)).toEqual(['left_eye', 'left_ear']);
  expect(seenFrom(-Math.PI / 2)).toEqual(['right_eye', 'right_ear']);
});

test('a joint outside the image has v 0 and no place', () => {
  const clip = clips[0]!;
  const { focal } = clip.camera;
  const near = { ...clip.camera, focal: focal * 12 };
  const { keypoints } = sceneOf({ ...clip, camera: near }, 0);
  const outside = coco17.keypoints.filter((_, joint) => keypoints[joint * 3 + 2] === 0);
  expect(outside.length).toBeGreaterThan(5);
  for (const name of outside) {
    const joint = coco17.keypoints.indexOf(name);
    expect(keypoints.slice(joint * 3, joint * 3 + 3)).toEqual([0, 0, 0]);
  }
});

function cameraAround(clip: Clip, size: Size, turn: number): Camera {
  const forward: Vec3 = [-Math.sin(turn), 0, -Math.cos(turn)];
  return {
    size,
    position: [Math.sin(turn) * 4, clip.person.height * 0.8, Math.cos(turn) * 4],
    forward,
    right: cross(forward, [0, 1, 0]),
    down: [0, -1, 0],
    focal: 700,
    center: [149.5, 199.5],
  };
}

/** The nearest triangle that faces the camera, by Möller and Trumbore's intersection. */
function traceNearest(
  { triangleCount, corners, positions, parts }: Mesh,
  camera: Camera,
  [x, y]: readonly [number, number],
): { depth: number; part: number } {
  const ray = rayOf(camera, x, y);
  const corner = (index: number): Vec3 => {
    const at = corners[index]! * 3;
    return [positions[at]!, positions[at + 1]!, positions[at + 2]!];
  };
  let nearest = { depth: Infinity, part: 0 };
  for (let triangle = 0; triangle < triangleCount; triangle++) {
    const a = corner(triangle * 3);
    const ab = subtract(corner(triangle * 3 + 1), a);
    const ac = subtract(corner(triangle * 3 + 2), a);
    const p = cross(ray, ac);
    const determinant = dot(ab, p);
    if (determinant <= 0) continue;
    const from = subtract(camera.position, a);
    const q = cross(from, ab);
    const u = dot(from, p) / determinant;
    const v = dot(ray, q) / determinant;
    const depth = dot(ac, q) / determinant;
    if (u >= 0 && v >= 0 && u + v <= 1 && depth < nearest.depth && depth > 0) {
      nearest = { depth, part: parts[triangle]! };
    }
  }
  return nearest;
}

/** Whether a sample within a pixel of the place shows the person. */
function isPersonNear(image: DepthImage, x: number, y: number): boolean {
  const column = Math.round(toSamples(x));
  const row = Math.round(toSamples(y));
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      if (image.part[(row + dy) * image.width + column + dx]! > 1) return true;
    }
  }
  return false;
}

const mirror = ([x, y, z]: Vec3): Vec3 => [-x, y, z];

function mirrorFrame({ origin, left, up, front }: Frame): Frame {
  // the mirrored left is the new right
  return {
    origin: mirror(origin),
    left: scale(mirror(left), -1),
    up: mirror(up),
    front: mirror(front),
  };
}

function mirrorPose({ pelvis, chest, head, arms, legs }: Pose): Pose {
  const arm = ({ shoulder, elbow, wrist, back }: Arm): Arm => ({
    shoulder: mirror(shoulder),
    elbow: mirror(elbow),
    wrist: mirror(wrist),
    back: mirror(back),
  });
  const leg = ({ hip, knee, ankle, foot }: Leg): Leg => ({
    hip: mirror(hip),
    knee: mirror(knee),
    ankle: mirror(ankle),
    foot: mirrorFrame(foot),
  });
  return {
    pelvis: mirrorFrame(pelvis),
    chest: mirrorFrame(chest),
    head: mirrorFrame(head),
    arms: { left: arm(arms.right), right: arm(arms.left) },
    legs: { left: leg(legs.right), right: leg(legs.left) },
  };
}

function mirrorCamera(camera: Camera): Camera {
  const { position, right, down, forward } = camera;
  return {
    ...camera,
    position: mirror(position),
    right: scale(mirror(right), -1),
    down: mirror(down),
    forward: mirror(forward),
  };
}
