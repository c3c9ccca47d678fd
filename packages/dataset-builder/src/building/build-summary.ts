import type {
  CocoCategory,
  Derivation,
  Finding,
  MachineLabelCounts,
  Skeleton,
} from '@limber/keypoints';
import type { SplitName } from '../sources/source.ts';
import type { SplitFractions } from './assign-splits.ts';

/** What `dataset.json` says about a built dataset. */
export interface BuildSummary {
  readonly format: 'limber-dataset';
  readonly version: 1;
  readonly seed: number;
  readonly fractions: SplitFractions;
  readonly splits: readonly SplitSummary[];
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
  readonly ids: IdOrigins;
  /** What was decided about groups, a sentence each source. */
  readonly decisions: readonly string[];
  readonly sources: readonly {
    readonly name: string;
    readonly derivations: readonly Derivation[];
    readonly findings: readonly Finding[];
  }[];
  /** What was found doubtful while building. */
  readonly findings: readonly BuildFinding[];
  /** Every item that was left out. */
  readonly skipped: readonly SkippedItem[];
}

/** What one split holds. */
export interface SplitSummary {
  readonly name: SplitName;
  readonly file: string;
  readonly images: number;
  readonly persons: number;
  readonly groups: number;
  /** Of these, the ones that were drawn for it; the others are in the split that their source says. */
  readonly drawnGroups: number;
  readonly sizeBytes: number;
  /** Joints of its persons by visibility, so that splits can be compared. */
  readonly joints: {
    readonly visible: number;
    readonly hidden: number;
    readonly notLabelled: number;
  };
  /** Persons that models labelled, by model; absent where people labelled all. */
  readonly machineLabels?: MachineLabelCounts;
}

/** Whether the ids are those of the sources. */
export interface IdOrigins {
  readonly images: 'kept' | 'renumbered';
  readonly annotations: 'kept' | 'renumbered';
}

/** Something doubtful that does not stop a dataset from being built. */
export interface BuildFinding {
  readonly kind:
    | 'exif-rotation'
    | 'group-in-several-splits'
    | 'duplicate-across-splits'
    | 'split-unlike-dataset';
  readonly where: string;
  readonly message: string;
}

/** An image that was left out, and why. */
export interface SkippedItem {
  readonly where: string;
  readonly reason: string;
}
