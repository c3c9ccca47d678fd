/** What a check looks for. */
export type LintRule =
  | 'area-missing'
  | 'bad-image'
  | 'box-degenerate'
  | 'box-outside-image'
  | 'box-without-joints'
  | 'count-disagrees'
  | 'duplicate-image'
  | 'duplicate-person'
  | 'exif-rotation'
  | 'id-not-positive'
  | 'machine-made'
  | 'no-persons'
  | 'point-outside-image'
  | 'sides-swapped'
  | 'unknown-pairs'
  | 'unknown-sigmas';

/** How bad a finding is: what cannot be trained on, what harms, what is good to know. */
export type LintSeverity = 'error' | 'warning' | 'info';

/** Something that a check found. */
export interface LintFinding {
  readonly rule: LintRule;
  readonly severity: LintSeverity;
  /** The source, which is named after its file or folder. */
  readonly file: string;
  /** Path of the image below the folder of images, where the finding is about one. */
  readonly image?: string;
  /** The person's place among those of the image, from 0, where the finding is about one, */
  readonly person?: number;
  /** and the person's id where the source has ids. */
  readonly id?: number | string;
  /** Where it stands, such as `annotations[12] (id 7).keypoints[15] (left_hip)`. */
  readonly field: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** What is said to do about each kind, and how bad it is; one line a rule. */
export const lintRules: Readonly<
  Record<LintRule, { readonly severity: LintSeverity; readonly fix: string }>
> = {
  'area-missing': {
    severity: 'warning',
    fix: 'State the area of the outline; --fix takes 0.53 of the box.',
  },
  'bad-image': {
    severity: 'error',
    fix: 'Replace the file, or leave the image out; --fix leaves it out.',
  },
  'box-degenerate': {
    severity: 'error',
    fix: 'Draw the box anew; --fix puts it around the joints, or leaves the person out.',
  },
  'box-outside-image': {
    severity: 'warning',
    fix: 'Cut the box at the edge of the image; --fix does so.',
  },
  'box-without-joints': {
    severity: 'warning',
    fix: 'Is it the box of another person? Look at it.',
  },
  'count-disagrees': { severity: 'warning', fix: 'Count the joints with v > 0; --fix does so.' },
  'duplicate-image': { severity: 'warning', fix: 'Leave one out, or put both into one group.' },
  'duplicate-person': { severity: 'warning', fix: 'Remove one of the two; --fix keeps the first.' },
  'exif-rotation': {
    severity: 'info',
    fix: 'Nothing, if the joints fit the upright image; look at it.',
  },
  'id-not-positive': {
    severity: 'warning',
    fix: 'Count ids from 1: COCO takes 0 for "no person"; --fix does so.',
  },
  'machine-made': {
    severity: 'info',
    fix: 'Look at a sample of them; measured on such labels, a model scores by how alike its teacher it is.',
  },
  'no-persons': { severity: 'info', fix: 'Nothing, if nobody is in it; else label it.' },
  'point-outside-image': {
    severity: 'warning',
    fix: 'Move the joint, or set v to 0; --fix sets v to 0.',
  },
  'sides-swapped': {
    severity: 'warning',
    fix: 'Look at it, and exchange left and right if they are swapped.',
  },
  'unknown-pairs': { severity: 'warning', fix: 'State "pairs" in a skeleton file: --skeleton.' },
  'unknown-sigmas': { severity: 'info', fix: 'State "sigmas" in a skeleton file: --skeleton.' },
};
