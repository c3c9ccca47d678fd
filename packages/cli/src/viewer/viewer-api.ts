import type { LintRule, LintSeverity } from '@limber/dataset-builder';
import type { Box, Size, Skeleton } from '@limber/keypoints';
import type { MetricsRow } from '../report/metric-points.ts';

/** What the page and the server that it comes from tell each other, as JSON. */
export interface ViewAbout {
  readonly title: string;
  /** How many persons there are, and images without any. */
  readonly count: number;
  readonly skeletons: readonly ViewSkeleton[];
  /** What can be chosen from, with how many persons each has. */
  readonly splits: readonly Choice[];
  readonly findings: readonly Choice[];
  /** What `ViewedPerson.score` is; null where nothing was predicted. */
  readonly scoreName: ScoreName | null;
  /** Whether `events` tells of a training. */
  readonly hasTraining: boolean;
}

/** `OKS` to the true pose, or the detection's own score where there is no true pose. */
export type ScoreName = 'OKS' | 'score';

/** One value of a filter. */
export interface Choice {
  readonly name: string;
  readonly count: number;
}

/** What the page draws a pose by. */
export type ViewSkeleton = Pick<Skeleton, 'keypoints' | 'links' | 'pairs'>;

/** A person as the page shows it, or an image without any. Frame of every coordinate: pixels of its picture. */
export interface ViewedPerson {
  /** Its place among all. */
  readonly index: number;
  readonly name: string;
  readonly split: string | null;
  /** Of the picture: the image, or the crop of it that shards hold. */
  readonly size: Size;
  readonly box: Box;
  /** Which of the skeletons. */
  readonly skeleton: number;
  /** [K, 3] x, y, visibility; empty where nothing is labelled. */
  readonly keypoints: readonly number[];
  /** [K, 3] x, y, score; null where nothing was predicted. */
  readonly prediction: readonly number[] | null;
  readonly score: number | null;
  readonly findings: readonly ViewedFinding[];
}

/** Something that a check found about a person. */
export interface ViewedFinding {
  readonly rule: LintRule;
  readonly severity: LintSeverity;
  readonly message: string;
  readonly fix: string;
}

/** The visibilities that persons are filtered by. */
export const visibilities = ['visible', 'hidden', 'not-labelled'] as const;
/** All labelled joints visible; some joint hidden; some joint not labelled. */
export type Visibility = (typeof visibilities)[number];

/** The orders that persons are shown in. */
export const orders = ['dataset', 'lowest-score', 'highest-score'] as const;
/** As in the dataset, or by score; persons without one last. */
type PersonOrder = (typeof orders)[number];

/** Which persons are shown, and in which order. What is left out does not matter. */
export interface PersonFilter {
  readonly split?: string;
  readonly visibility?: Visibility;
  readonly finding?: string;
  /** Persons whose score is at most this. */
  readonly maxScore?: number;
  readonly order?: PersonOrder;
}

/** Some of the persons that a filter lets through. */
export interface PersonPage {
  /** How many it lets through. */
  readonly total: number;
  /** From `from` on, in their order. */
  readonly persons: readonly ViewedPerson[];
}

/** A person as the model sees it, without and with augmentation. */
export interface ViewedSample {
  readonly size: Size;
  readonly before: SampleImage;
  readonly after: SampleImage;
}

/** What the model sees. Frame: inputPx. */
export interface SampleImage {
  /** A JPEG as a data address. */
  readonly image: string;
  /** [K, 3] x, y, visibility. */
  readonly keypoints: readonly number[];
}

/** What happened in a training since the last event. */
export type TrainingEvent =
  | {
      readonly type: 'rows';
      /** Whether these are all rows, and those before do not count any more. */
      readonly isAll: boolean;
      readonly metrics: readonly MetricsRow[];
      readonly timing: readonly MetricsRow[];
    }
  | {
      readonly type: 'predictions';
      /** After which step they were made. */
      readonly step: number;
    }
  | { readonly type: 'problem'; readonly message: string };
