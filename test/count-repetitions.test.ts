import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coco17, createRandom } from '@limber/keypoints';
import { countRepetitions } from '@limber/pose-trainer';
import { synthesizeDataset } from '@limber/synthetic';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A person of a rendered clip: keypoints, and how deep the squat is, 0 to 1. */
interface Frame {
  readonly keypoints: readonly number[];
  readonly motion: { readonly depth: number; readonly fault: string };
}

const folder = mkdtempSync(join(tmpdir(), 'limber-squats-'));
const framesPerClip = 24;
let clips: readonly (readonly Frame[])[];

beforeAll(async () => {
  const out = join(folder, 'squats');
  const scene = { motions: { squat: 1 }, companions: 0, obstacles: 0, truncation: 0 };
  await synthesizeDataset({ ...scene, out, seed: 5, clips: 4, framesPerClip });
  const { annotations } = JSON.parse(readFileSync(join(out, 'annotations.json'), 'utf8')) as {
    annotations: readonly Frame[];
  };
  clips = Array.from({ length: annotations.length / framesPerClip }, (_, clip) =>
    annotations.slice(clip * framesPerClip, (clip + 1) * framesPerClip),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Ups after downs of a number that is 0 up and 1 down, known from the movement itself. */
function trueRepetitions(frames: readonly Frame[]): number {
  let isDown = false;
  let count = 0;
  for (const { motion } of frames) {
    if (motion.depth > 0.8) isDown = true;
    if (motion.depth > 0.2 || !isDown) continue;
    isDown = false;
    count += 1;
  }
  return count;
}

/** As a model would have found them: joints that are not in the image have no score. */
function posesOf(frames: readonly Frame[], noisePx = 0): { keypoints: number[] }[] {
  const random = createRandom('noise');
  return frames.map(({ keypoints }) => ({
    keypoints: keypoints.map((value, at) =>
      at % 3 === 2 ? Math.min(1, value) : value + noisePx * random.truncatedNormal(),
    ),
  }));
}

const skeleton = coco17;

test.each([0, 1.5])('squats are counted as they were rendered, joints %f px off', (noisePx) => {
  const deep = clips.filter((frames) => frames.every(({ motion }) => motion.fault !== 'shallow'));
  expect(deep.length).toBeGreaterThan(2);
  const counted = deep.map((frames) => countRepetitions(posesOf(frames, noisePx), { skeleton }));
  expect(counted).toEqual(deep.map(trueRepetitions));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
});

/** Somebody seen from the side, whose thighs are turned from upright. */
function bent(degrees: number, score = 1): { keypoints: number[] } {
  const turn = (degrees * Math.PI) / 180;
  const places: Readonly<Record<string, readonly [number, number]>> = {
    shoulder: [0, -50],
    hip: [0, 0],
    knee: [40 * Math.sin(turn), 40 * Math.cos(turn)],
    ankle: [40 * Math.sin(turn), 40 * Math.cos(turn) + 40],
  };
  const keypoints = coco17.keypoints.flatMap((name) => {
    const place = places[name.replace(/^(left|right)_/, '')];
    return place === undefined ? [0, 0, 0] : [...place, score];
  });
  return { keypoints };
}

test('between down and up nothing changes, and frames without certain joints are passed over', () => {
  const count = (...poses: { keypoints: number[] }[]): number =>
    countRepetitions(poses, { skeleton });
  expect(count(bent(0), bent(90), bent(0))).toBe(1);
  // trembling at 30 degrees is neither
  expect(count(bent(90), bent(30), bent(28), bent(32), bent(0), bent(30), bent(0))).toBe(1);
  expect(count(bent(0), bent(90, 0.1), bent(0))).toBe(0);
  expect(count(bent(90), bent(0, 0.1), bent(90), bent(0))).toBe(1);
  expect(count(bent(90), { keypoints: bent(0).keypoints.map(() => Number.NaN) }, bent(0))).toBe(1);
  expect(count()).toBe(0);
});

test('joints that are missing and bounds that are exchanged are refused', () => {
  const arm = { name: 'arm', keypoints: ['left_shoulder', 'left_elbow'] };
  expect(() => countRepetitions([], { skeleton: arm })).toThrow(
    'skeleton "arm": no joint "left_hip": expected shoulders, hips, knees and ankles of both sides, got left_shoulder, left_elbow.',
  );
  expect(() => countRepetitions([], { skeleton, bentDegrees: 160 })).toThrow(
    'down is not below up: expected bentDegrees below straightDegrees, 155, got 160.',
  );
});
