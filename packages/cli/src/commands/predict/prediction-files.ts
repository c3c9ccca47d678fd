import type { CocoResult } from '@limber/evaluator';
import type { Skeleton } from '@limber/keypoints';
import type { PredictedPose } from '@limber/pose-trainer';
import type { ImageFile } from './image-files.ts';

/** What was found in one image. */
export interface ImagePrediction extends ImageFile {
  readonly height: number;
  readonly width: number;
  readonly poses: readonly PredictedPose[];
}

/** Every category of a model is COCO's first: person. */
const categoryId = 1;

/** The persons as COCO's result files have them, in imagePx. */
export function toCocoResults(images: readonly ImagePrediction[]): CocoResult[] {
  return images.flatMap(({ imageId, poses }) =>
    poses.map(({ keypoints, box, score }) => ({
      image_id: imageId,
      category_id: categoryId,
      keypoints: keypoints.map((value) => round(value)),
      score: round(score),
      bbox: box.map((value) => round(value)),
    })),
  );
}

/** Which image has which id, and what the joints are called. */
export function toImageList(images: readonly ImagePrediction[], skeleton: Skeleton): object {
  return {
    images: images.map(({ imageId, name, width, height }) => {
      return { id: imageId, file_name: name, width, height };
    }),
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

/** One line a joint: file, image id, number of the person in the image, its score, joint, x, y (imagePx), score. */
export function toCsv(images: readonly ImagePrediction[], { keypoints: names }: Skeleton): string {
  const lines = images.flatMap(({ name, imageId, poses }) =>
    poses.flatMap(({ keypoints, score }, person) =>
      names.map((joint, index) => {
        const [x, y, jointScore] = keypoints.slice(index * 3, index * 3 + 3);
        const numbers = [x!, y!, jointScore!].map(round);
        return [quoted(name), imageId, person + 1, round(score), quoted(joint), ...numbers].join();
      }),
    ),
  );
  const header = 'file,image_id,person,person_score,joint,x,y,score';
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
