import type { CocoResult } from '@limber/evaluator';
import type { Skeleton } from '@limber/keypoints';
import type { PredictedPose, TrackedPose } from '@limber/pose-trainer';
import type { ImageFile } from './image-files.ts';

/** What was found in one image. */
export interface ImagePrediction extends Pick<ImageFile, 'name' | 'imageId'> {
  readonly height: number;
  readonly width: number;
  readonly poses: readonly (PredictedPose & Partial<Pick<TrackedPose, 'trackId'>>)[];
  /** Of a video. */
  readonly frame?: {
    /** Counted from 0. */
    readonly number: number;
    readonly seconds: number;
  };
}

/** Every category of a model is COCO's first: person. */
const categoryId = 1;

/** The persons as COCO's result files have them, in imagePx; those of a video with who they are. */
export function toCocoResults(
  images: readonly ImagePrediction[],
): (CocoResult & { readonly track_id?: number })[] {
  return images.flatMap(({ imageId, poses }) =>
    poses.map(({ keypoints, box, score, trackId }) => ({
      image_id: imageId,
      category_id: categoryId,
      keypoints: keypoints.map((value) => round(value)),
      score: round(score),
      bbox: box.map((value) => round(value)),
      ...(trackId !== undefined && { track_id: trackId }),
    })),
  );
}

/** Which image has which id, and what the joints are called. */
export function toImageList(images: readonly ImagePrediction[], skeleton: Skeleton): object {
  return {
    images: images.map(({ imageId, name, width, height, frame }) => ({
      id: imageId,
      file_name: name,
      width,
      height,
      ...(frame && { frame: frame.number, seconds: round(frame.seconds) }),
    })),
    categories: [
      {
        id: categoryId,
        name: skeleton.name,
        keypoints: skeleton.keypoints,
        skeleton: skeleton.links.map(([from, to]) => [from + 1, to + 1]),
      },
    ],
  };
}

/**
 * One line a joint: file, image id, number of the person in the image, its score, joint, x, y (imagePx), score. In
 * videos the person's number is that of the track, and `frame` (counted from 0) and `seconds` are there too.
 */
export function toCsv(images: readonly ImagePrediction[], { keypoints: names }: Skeleton): string {
  const isVideo = images.some(({ frame }) => frame !== undefined);
  const lines = images.flatMap(({ name, imageId, poses, frame }) =>
    poses.flatMap(({ keypoints, score, trackId }, person) =>
      names.map((joint, index) => {
        const [x, y, jointScore] = keypoints.slice(index * 3, index * 3 + 3);
        const time = frame === undefined ? [] : [frame.number, round(frame.seconds)];
        const about = [quoted(name), imageId, ...time, trackId ?? person + 1, round(score)];
        return [...about, quoted(joint), ...[x!, y!, jointScore!].map(round)].join();
      }),
    ),
  );
  const time = isVideo ? 'frame,seconds,' : '';
  const header = `file,image_id,${time}person,person_score,joint,x,y,score`;
  return `${[header, ...lines].join('\n')}\n`;
}

/** To a ten-thousandth: of a pixel or of a score. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** A field as RFC 4180 writes it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
