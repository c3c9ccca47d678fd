import type { CocoCategory, Derivation, Finding, Skeleton } from '@limber/keypoints';
import type { SplitName } from '../sources/source.ts';
import type { SplitFractions } from './assign-splits.ts';

/** What `dataset.json` says about a built dataset. */
export interface BuildSummary {
  readonly format: 'limber-dataset';
  readonly version: 1;
  /** SHA-256 over the splits' digests: the same for the same data. */
  readonly digest: string;
  readonly seed: number;
  readonly fractions: SplitFractions;
  readonly splits: readonly SplitSummary[];
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
  readonly ids: IdOrigins;
  readonly sources: readonly {
    readonly name: string;
    readonly derivations: readonly Derivation[];
    readonly findings: readonly Finding[];
  }[];
  /** Doubts that arose while building. */
  readonly findings: readonly BuildFinding[];
  /** Every item that was left out. */
  readonly skipped: readonly SkippedItem[];
}

export interface SplitSummary {
  readonly name: SplitName;
  readonly file: string;
  readonly images: number;
  readonly persons: number;
  readonly groups: number;
  readonly sizeBytes: number;
  /** SHA-256 of the split's file. */
  readonly digest: string;
  /** SHA-256 over lines of `<SHA-256>  <file_name>` of its images. */
  readonly imagesDigest: string;
}

/** An image and the SHA-256 of its bytes. */
export interface DatasetImage {
  readonly storedName: string;
  readonly digest: string;
}

/** Whether the ids are those of the sources. */
export interface IdOrigins {
  readonly images: 'kept' | 'renumbered';
  readonly annotations: 'kept' | 'renumbered';
}

/** Something doubtful that does not stop a dataset from being built. */
export interface BuildFinding {
  readonly kind: 'exif-rotation' | 'group-in-several-splits';
  readonly where: string;
  readonly message: string;
}

export interface SkippedItem {
  readonly where: string;
  readonly reason: string;
}

/** The text of `dataset.json`: one fact a line, the same bytes for the same summary. */
export function toSummaryJson(summary: BuildSummary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
