import type { Affine, Box, Size, Skeleton } from '@limber/keypoints';
import type { ScoreName, ViewedFinding, ViewedSample } from './viewer-api.ts';

/** A person that can be looked at, or an image without any. Its picture is the image, or the crop that shards hold. */
export interface CataloguePerson {
  readonly name: string;
  /** File name of the image, where it is known. */
  readonly image: string | undefined;
  readonly split: string | null;
  /** Which of the catalogue's skeletons. */
  readonly skeleton: number;
  /** Of the picture. */
  readonly size: Size;
  /** picturePx, with all that follows. */
  readonly box: Box;
  /** [K, 3] x, y, visibility; empty where nothing is labelled. */
  readonly keypoints: ArrayLike<number>;
  readonly area: number;
  /** What results call the image and the person; undefined where the dataset has no ids. */
  readonly imageId: number | undefined;
  readonly annotationId: number | undefined;
  /** imagePx → picturePx; null where they are the same. */
  readonly toPicture: Affine | null;
  readonly findings: readonly ViewedFinding[];
  /** The picture: a file, or its bytes. */
  readonly picture: () => string | Uint8Array | Promise<string>;
}

/** What was predicted for a person. */
export interface Predicted {
  /** [K, 3] x (picturePx), y, score; null for a person that was not found. */
  readonly keypoints: readonly number[] | null;
  readonly score: number;
}

/** Persons to be looked at, with what was predicted for them. */
export interface Catalogue {
  readonly title: string;
  readonly skeletons: readonly Skeleton[];
  readonly persons: readonly CataloguePerson[];
  /** Place of the person → prediction. */
  readonly predictions: ReadonlyMap<number, Predicted>;
  readonly scoreName: ScoreName | null;
  /** Shows a person as a training sees it in an epoch. */
  readonly sampleOf: (index: number, epoch: number) => Promise<ViewedSample>;
  /** Closes files and removes temporary ones. */
  readonly close: () => Promise<void>;
}
