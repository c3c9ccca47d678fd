import { createRandom } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import { expect, test } from 'vitest';
import type { PredictedPose } from '../prediction/predicted-pose.ts';
import { createPoseTracker, defaultSmoothing } from './pose-tracker.ts';

const framesPerSecond = 30;

/** A person who stands at x, the joints spread over a box of 100 by 200 pixels. */
function personAt(x: number, noise: (joint: number) => number = () => 0): PredictedPose {
  return {
    box: [x, 0, 100, 200],
    score: 0.9,
    keypoints: coco17.keypoints.flatMap((_, joint) => [
      x + ((joint * 37) % 100) + noise(joint),
      ((joint * 53) % 200) + noise(joint + 100),
      0.9,
    ]),
  };
}

test('two persons who pass each other keep their numbers, whatever the order of the boxes', () => {
  const track = createPoseTracker({ skeleton: coco17 });
  for (let frame = 0; frame < 100; frame++) {
    const [walking, standing] = [personAt(frame * 7), personAt(400)];
    const isTurned = frame % 3 === 0;
    const poses = track(
      isTurned ? [standing, walking] : [walking, standing],
      frame / framesPerSecond,
    );
    const ids = poses.map(({ trackId }) => trackId);
    // the first frame is one of the turned ones
    expect(ids).toEqual(isTurned ? [1, 2] : [2, 1]);
  }
});

test('who is hidden for half a second is the same, who is gone for two is another', () => {
  const track = createPoseTracker({ skeleton: coco17 });
  const idAt = (seconds: number): number => track([personAt(0)], seconds)[0]!.trackId;
  expect([0, 0.5, 2.5].map(idAt)).toEqual([1, 1, 2]);
});

test('a pose that is like nobody is somebody new, and joints that were not sure do not count', () => {
  const track = createPoseTracker({ skeleton: coco17 });
  const unsure = personAt(0);
  const keypoints = unsure.keypoints.map((value, at) => (at % 3 === 2 ? 0.1 : value));
  expect(track([{ ...unsure, keypoints }], 0)[0]!.trackId).toBe(1);
  expect(track([personAt(0), personAt(900)], 0.1).map(({ trackId }) => trackId)).toEqual([2, 3]);
});

test('smoothing takes the tremor from who stands still, and lags little behind who moves', () => {
  const track = createPoseTracker({ skeleton: coco17, smoothing: defaultSmoothing });
  const random = createRandom(1, 'tremor');
  const errors: number[] = [];
  for (let frame = 0; frame < 90; frame++) {
    const pose = personAt(50, () => (random.uniform() - 0.5) * 4);
    const [smoothed] = track([pose], frame / framesPerSecond);
    if (frame > 30) errors.push(Math.abs(smoothed!.keypoints[0]! - personAt(50).keypoints[0]!));
  }
  // the tremor is 1 px on average
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.6);
  let lag = 0;
  for (let frame = 0; frame < 30; frame++) {
    const x = 50 + frame * 6;
    const [smoothed] = track([personAt(x)], 3 + frame / framesPerSecond);
    lag = x - smoothed!.keypoints[0]!;
  }
  expect(lag).toBeGreaterThan(0);
  expect(lag).toBeLessThan(12);
});
