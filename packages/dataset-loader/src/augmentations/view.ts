import type { Random, Region, Skeleton } from '@limber/keypoints';

/** The part of an image that a model sees, and how it is turned and mirrored. */
export interface View {
  /** imagePx. */
  readonly region: Region;
  /** Clockwise turn of the image. */
  readonly rotationDegrees: number;
  /** Whether the image is mirrored, and left and right joints change places. */
  readonly isFlipped: boolean;
}

/** The person whose view is drawn. */
export interface ViewedPerson {
  /** [K, 3]: x, y in imagePx, v; joints with v 0 are not labelled. */
  readonly keypoints: Float32Array;
  readonly skeleton: Pick<Skeleton, 'upperBody' | 'lowerBody'>;
}

/** What a change of a view is given besides its options. */
export interface ViewContext extends ViewedPerson {
  /** A stream of its own for each change, a pure function of (seed, epoch, person). */
  readonly random: Random;
}
