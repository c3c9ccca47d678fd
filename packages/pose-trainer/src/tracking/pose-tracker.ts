import { computeOks } from '@limber/evaluator';
import type { Skeleton } from '@limber/keypoints';
import { areaOfBox } from '@limber/keypoints';
import type { PredictedPose } from '../prediction/predicted-pose.ts';
import type { OneEuroFilter, OneEuroOptions } from './one-euro-filter.ts';
import { createOneEuroFilter } from './one-euro-filter.ts';

/** How persons are followed from frame to frame. */
export interface PoseTrackerOptions {
  readonly skeleton: Skeleton;
  /** Poses that are less similar (OKS, 0 to 1) to a person than this are of another one. */
  readonly minimumOks?: number;
  /** A person who was not seen for longer is a new one when seen again. */
  readonly maximumGapSeconds?: number;
  /** Smooth the joints of each person over time. Distances are counted in sides of the person's box. */
  readonly smoothing?: OneEuroOptions | null;
}

/** A pose, and which person of the video it is of. */
export interface TrackedPose extends PredictedPose {
  /** Counted from 1, in the order of appearance. */
  readonly trackId: number;
}

/** Steady at rest, with about a frame of lag in a fast squat at 30 frames a second. */
export const defaultSmoothing: OneEuroOptions = { minCutoffHz: 1.5, beta: 6, speedCutoffHz: 1 };

/** Joints below this score say nothing about who it is. */
const certain = 0.2;

interface Track {
  readonly id: number;
  /** The side of its first box, in pixels: the unit of what is smoothed. */
  readonly side: number;
  readonly filters: readonly OneEuroFilter[];
  last: PredictedPose;
  seconds: number;
}

/**
 * Follows persons through a video: of all pairs of a person and a pose the most similar by OKS is taken first, and what is
 * left is somebody new. Boxes of different frames may come from a detector in any order.
 *
 * @returns a function that takes the poses of the next frame with its time in seconds, which rises.
 */
export function createPoseTracker({
  skeleton,
  minimumOks = 0.3,
  maximumGapSeconds = 1,
  smoothing = null,
}: PoseTrackerOptions): (poses: readonly PredictedPose[], seconds: number) => TrackedPose[] {
  let tracks: Track[] = [];
  let started = 0;

  const start = (pose: PredictedPose, seconds: number): Track => {
    started += 1;
    const values = smoothing === null ? 0 : 2 * skeleton.keypoints.length;
    const filters = Array.from({ length: values }, () => createOneEuroFilter(smoothing!));
    return { id: started, side: Math.max(pose.box[2], pose.box[3]), filters, last: pose, seconds };
  };

  return (poses, seconds) => {
    tracks = tracks.filter((track) => seconds - track.seconds <= maximumGapSeconds);
    const pairs = tracks
      .flatMap((track) =>
        poses.map((pose, at) => ({ track, at, oks: similarity(track.last, pose, skeleton) })),
      )
      .filter(({ oks }) => oks >= minimumOks)
      .toSorted((a, b) => b.oks - a.oks);
    const trackOf = new Map<number, Track>();
    for (const { track, at } of pairs) {
      const isTaken = trackOf.has(at) || [...trackOf.values()].includes(track);
      if (!isTaken) trackOf.set(at, track);
    }
    return poses.map((pose, at) => {
      const track = trackOf.get(at) ?? start(pose, seconds);
      if (!trackOf.has(at)) tracks.push(track);
      track.last = pose;
      track.seconds = seconds;
      return { ...pose, keypoints: smooth(track, pose.keypoints, seconds), trackId: track.id };
    });
  };
}

/** OKS to where the person was, over the joints that were certain there; 0 if none was. */
function similarity(before: PredictedPose, now: PredictedPose, { sigmas }: Skeleton): number {
  const keypoints = before.keypoints.map((value, at) =>
    at % 3 === 2 && value < certain ? 0 : value,
  );
  const oks = computeOks({ keypoints, area: areaOfBox(before.box) }, now, sigmas);
  return Number.isNaN(oks) ? 0 : oks;
}

function smooth(
  { filters, side }: Track,
  keypoints: readonly number[],
  seconds: number,
): readonly number[] {
  if (filters.length === 0) return keypoints;
  return keypoints.map((value, at) => {
    if (at % 3 === 2) return value;
    return filters[Math.floor(at / 3) * 2 + (at % 3)]!(value / side, seconds) * side;
  });
}
