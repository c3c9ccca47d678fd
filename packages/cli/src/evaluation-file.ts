import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoResult } from '@limber/evaluator';

/** The numbers of an evaluation, as they stand in `metrics.json`. */
export interface EvaluationMetrics {
  /** The boxes that the persons were cut out by. AP is higher with the true ones than with detected ones. */
  readonly boxes: 'true';
  /** Whether predictions were averaged with those of the mirror image. */
  readonly flipTest: boolean;
  readonly persons: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly pck: {
    readonly threshold: number;
    readonly normalizer: 'bbox';
    readonly all: number;
    readonly perJoint: readonly { readonly joint: string; readonly pck: number | null }[];
  };
}

/** What the `evaluate` stage wrote: its numbers, and each person's joints in COCO's result format. */
export async function readEvaluation(
  folder: string,
): Promise<{ metrics: EvaluationMetrics; predictions: CocoResult[] }> {
  const metrics = JSON.parse(
    await readFile(join(folder, 'metrics.json'), 'utf8'),
  ) as EvaluationMetrics;
  const text = await readFile(join(folder, 'predictions.json'), 'utf8');
  return { metrics, predictions: JSON.parse(text) as CocoResult[] };
}
