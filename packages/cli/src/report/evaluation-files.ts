import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoResult, ErrorAnalysis } from '@limber/evaluator';
import { writeFileAtomic } from '@limber/files';

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
  /** What kinds of error there are, and what AP each costs. */
  readonly errors: ErrorAnalysis['costs'];
}

/** An evaluation as it lies in a folder. Nothing is computed again from it: the report shows what is written here. */
export interface Evaluation {
  /** `metrics.json` */
  readonly metrics: EvaluationMetrics;
  /** `predictions.json`: each person's joints in COCO's result format. */
  readonly predictions: readonly CocoResult[];
  /** `persons.json`: which prediction found which true person, and how well; `row` counts `predictions.json`. */
  readonly persons: Pick<ErrorAnalysis, 'found' | 'notFound'>;
}

/** Writes an evaluation into a folder. */
export async function writeEvaluation(
  folder: string,
  { metrics, predictions, persons }: Evaluation,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { found, notFound } = persons;
  await writeFileAtomic(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  await writeFileAtomic(join(folder, 'predictions.json'), `${JSON.stringify(predictions)}\n`);
  await writeFileAtomic(join(folder, 'persons.json'), `${JSON.stringify({ found, notFound })}\n`);
}

/** Reads what {@link writeEvaluation} wrote. */
export async function readEvaluation(folder: string): Promise<Evaluation> {
  const [metrics, predictions, persons] = await Promise.all(
    ['metrics.json', 'predictions.json', 'persons.json'].map(async (name): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8')),
    ),
  );
  return { metrics, predictions, persons } as Evaluation;
}
