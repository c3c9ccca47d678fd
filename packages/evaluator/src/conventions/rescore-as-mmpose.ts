import { areaOfResult } from '../results/area-of-result.ts';
import type { ResultTable } from '../results/result-table.ts';
import { selectRows } from '../results/result-table.ts';
import { rankAscendingReversed, suppressSimilar, suppressSimilarSoftly } from './oks-nms.ts';

/** `keypoint`: the mean of the joints alone. */
export type ScoreMode = 'bbox' | 'bbox_keypoint' | 'bbox_rle' | 'keypoint';

/** Every way in which MMPose scores a person. */
export const scoreModes: readonly ScoreMode[] = ['bbox', 'bbox_keypoint', 'bbox_rle', 'keypoint'];

/** How MMPose removes doubled persons; `none` keeps all. */
export type NmsMode = 'oks_nms' | 'soft_oks_nms' | 'none';

/** Every {@link NmsMode}. */
export const nmsModes: readonly NmsMode[] = ['oks_nms', 'soft_oks_nms', 'none'];

/** Settings of MMPose's CocoMetric, by its names and with its defaults. */
export interface MmposeOptions {
  /** How a result's score comes about from the score of its box and those of its joints. */
  readonly scoreMode?: ScoreMode;
  /** In `bbox_keypoint`, joints count whose score is higher than this. */
  readonly keypointScoreThreshold?: number;
  /** How near-identical persons are thinned out. */
  readonly nmsMode?: NmsMode;
  /** Similarity from which two results are taken for the same person. */
  readonly nmsThreshold?: number;
  /** Width by height of the model's input, which MMPose widens boxes to; null: they stay as they are. */
  readonly inputAspect?: number | null;
}

const mmposeDefaults: Required<MmposeOptions> = {
  scoreMode: 'bbox_keypoint',
  keypointScoreThreshold: 0.2,
  nmsMode: 'oks_nms',
  nmsThreshold: 0.9,
  inputAspect: 192 / 256,
};

/** MMPose pads boxes by this before persons are cut out. */
const boxPadding = 1.25;

/**
 * Does to results what MMPose's CocoMetric does before it scores them: the score of the box and those of the joints
 * become one, near-identical persons of an image are thinned out, and boxes are left out.
 *
 * The area of a person is that of what is cut out: its box, padded and widened to the aspect of the model's input
 * (`TopdownAffine` writes it back). Scores are added in single precision, as there. The `score` of a result is taken for that of its box, its `bbox`
 * for the one it was cut out by. MMPose removes predictions of the same box by its id, which result files lack.
 *
 * @see MMPose 1.3.2, CocoMetric, `oks_nms` and `soft_oks_nms`.
 */
export function rescoreAsMmpose(
  table: ResultTable,
  sigmas: readonly number[],
  options: MmposeOptions,
): ResultTable {
  const settings = { ...mmposeDefaults, ...options };
  const scores = table.scores.map((score, row) =>
    combineScores(Math.fround(score), jointScores(table, row), settings),
  );
  const areas = scores.map((_, row) =>
    table.hasBox[row] === 1
      ? areaOfCrop(table, row, settings.inputAspect)
      : areaOfResult(table, row, 'keypoints'),
  );
  const kept: number[] = [];
  for (const rows of rowsByImage(table)) {
    if (settings.nmsMode === 'none') kept.push(...rows);
    else {
      const suppress = settings.nmsMode === 'oks_nms' ? suppressSimilar : suppressSimilarSoftly;
      const ranked = rankAscendingReversed(rows, (row) => scores[row]!);
      kept.push(...suppress({ table, sigmas, areas, scores }, ranked, settings.nmsThreshold));
    }
  }
  const hasBox = new Uint8Array(table.length);
  return selectRows({ ...table, scores, hasBox }, kept);
}

function areaOfCrop(table: ResultTable, row: number, aspect: number | null): number {
  const width = table.boxes[4 * row + 2]! * boxPadding;
  const height = table.boxes[4 * row + 3]! * boxPadding;
  if (aspect === null) return width * height;
  return width > height * aspect ? (width * width) / aspect : height * aspect * height;
}

/** Images in the order in which they first come. */
function rowsByImage({ length, imageIds }: ResultTable): Iterable<number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    const group = groups.get(imageIds[row]!);
    if (group === undefined) groups.set(imageIds[row]!, [row]);
    else group.push(row);
  }
  return groups.values();
}

function jointScores({ keypoints, keypointStarts }: ResultTable, row: number): number[] {
  const scores: number[] = [];
  for (let at = keypointStarts[row]! + 2; at < keypointStarts[row + 1]!; at += 3) {
    scores.push(Math.fround(keypoints[at]!));
  }
  return scores;
}

function combineScores(
  ofBox: number,
  ofJoints: readonly number[],
  { scoreMode, keypointScoreThreshold }: Required<MmposeOptions>,
): number {
  switch (scoreMode) {
    case 'bbox':
      return ofBox;
    case 'keypoint':
      return meanFloat32(ofJoints);
    case 'bbox_rle':
      return Math.fround(Math.fround(ofBox + meanFloat32(ofJoints)) + Math.max(...ofJoints));
    case 'bbox_keypoint': {
      const sure = ofJoints.filter((score) => score > Math.fround(keypointScoreThreshold));
      if (sure.length === 0) return 0;
      const sum = sure.reduce((total, score) => Math.fround(total + score), 0);
      return Math.fround(ofBox * Math.fround(sum / sure.length));
    }
  }
}

function meanFloat32(values: readonly number[]): number {
  return Math.fround(pairwiseSumFloat32(values) / values.length);
}

/** In the order of numpy: eight running sums, then the rest. */
function pairwiseSumFloat32(values: readonly number[]): number {
  const add = (a: number, b: number): number => Math.fround(a + b);
  const whole = values.length - (values.length % 8);
  if (whole === 0) return values.reduce(add, 0);
  const lanes = values.slice(0, 8);
  for (let at = 8; at < whole; at++) lanes[at % 8] = add(lanes[at % 8]!, values[at]!);
  const [a, b, c, d, e, f, g, h] = lanes;
  const sum = add(add(add(a!, b!), add(c!, d!)), add(add(e!, f!), add(g!, h!)));
  return values.slice(whole).reduce(add, sum);
}
