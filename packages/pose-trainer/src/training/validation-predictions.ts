import { writeFileAtomicSync } from '@limber/files';
import type { CocoResult } from '@limber/evaluator';

/** What a validation found, in `logs/validation.json`. */
export interface ValidationPredictions {
  /** Optimizer steps before it. */
  readonly step: number;
  /** imagePx, with the person that each is of. */
  readonly results: readonly (CocoResult & { readonly annotation_id: number })[];
}

/** So many persons are enough to look at; the file stays small. */
const keptPersons = 1000;

/** Writes the newest predictions down for whoever looks at the training: of some persons, evenly chosen, to a hundredth. */
export function writeValidationPredictions(
  file: string,
  { step, results, annotationIds }: ValidatedPersons,
): void {
  const every = Math.ceil(results.length / keptPersons);
  const kept = results.flatMap((result, row) => {
    if (row % every !== 0) return [];
    const keypoints = result.keypoints.map((value) => Math.round(value * 100) / 100);
    return [{ ...result, keypoints, annotation_id: annotationIds[row]! }];
  });
  const predictions: ValidationPredictions = { step, results: kept };
  writeFileAtomicSync(file, `${JSON.stringify(predictions)}\n`);
}

/** All that a validation found. */
export interface ValidatedPersons extends Omit<ValidationPredictions, 'results'> {
  readonly results: readonly CocoResult[];
  /** [results] the person that each is of. */
  readonly annotationIds: readonly number[];
}
