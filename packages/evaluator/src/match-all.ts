import type { OksAccumulator, OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
import { createOksAccumulator } from './accumulate/oks-accumulator.ts';
import type { GroundTruth } from './ground-truths/ground-truth.ts';
import { groupByImage } from './images/group-by-image.ts';
import type { ResultTable } from './results/result-table.ts';

/** What is matched: persons and results as the convention sees them, already checked. */
export interface MatchInputs {
  readonly groundTruth: GroundTruth;
  readonly table: ResultTable;
  readonly settings: OksAccumulatorOptions;
}

/** Matches every image, by ascending id. */
export function matchAll({ groundTruth, table, settings }: MatchInputs): OksAccumulator {
  const accumulator = createOksAccumulator(settings);
  for (const { id, persons, rows } of groupByImage(groundTruth, table, settings.categoryIds)) {
    accumulator.addImage(id, persons, table, rows);
  }
  return accumulator;
}
