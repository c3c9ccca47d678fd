/** A tool in which people correct labels. */
export const correctionTools = ['label-studio', 'cvat'] as const;

/** How images and videos are labelled. */
export interface LabelOptions {
  /** `movenet`, a published model, or the folder of a model or run of one's own. */
  readonly teacher: string;
  /** The folder that appears, whole or not at all. */
  readonly out: string;
  /** What is done so far is kept here, for the next try. */
  readonly workDir: string;
  /** Joints with a lower score get no label; persons by the mean of their joints, see `to`. */
  readonly minScore: number;
  /** Where images with a person below `minScore`, or with nobody, go; without it, such persons are left out. */
  readonly to?: (typeof correctionTools)[number] | undefined;
  /** How sure the person detector must be. */
  readonly minPersonScore: number;
  /** A COCO file that says where the persons are. */
  readonly boxes?: string | undefined;
  /** Each image shows one person who fills it. */
  readonly wholeImage: boolean;
  /** How many frames of each second of a video are labelled. */
  readonly framesPerSecond: number;
  readonly skipBadImages: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number | null }) => void;
  /** Called with a line that a person should see. */
  readonly onNotice: (line: string) => void;
}

/** What was labelled. */
export interface LabelSummary {
  readonly teacher: string;
  /** And frames of videos. */
  readonly images: number;
  /** Of the COCO dataset. */
  readonly persons: number;
  /** Of these persons: joints with a label, and those whose score was too low for one. */
  readonly joints: { readonly labelled: number; readonly leftOut: number };
  /** Persons whose score was too low. */
  readonly personsLeftOut: number;
  /** Images that somebody has to look at, if they are sent to a tool. */
  readonly imagesToCorrect: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** The COCO dataset; null if every image is to be corrected. */
  readonly dataset: string | null;
  /** The file for the tool, if there is something to correct. */
  readonly correction: string | null;
}
