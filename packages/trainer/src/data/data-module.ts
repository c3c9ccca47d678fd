import { LimberError } from '@limber/files';
import type { Callback } from '../hooks/callback.ts';
import type { Stage } from '../hooks/running-trainer.ts';
import type { BatchSource, BatchSources, FitData } from './batch-source.ts';
import { listSources } from './batch-source.ts';

/** Lightning's `LightningDataModule`: everything about the data of a project, for every stage. */
export interface DataModule<Batch> {
  /** Downloads or unpacks, before the module's own. Of a fit only. */
  prepareData?(): void | Promise<void>;
  /** Opens what the stage needs, before the hooks of callbacks. */
  setup?(stage: Stage): void | Promise<void>;
  trainSource?(): BatchSource<Batch>;
  /** Of the validations of a fit, and of `validate`. */
  valSource?(): BatchSources<Batch>;
  testSource?(): BatchSources<Batch>;
  predictSource?(): BatchSource<Batch>;
  /** Closes it, whatever failed. */
  teardown?(stage: Stage): void | Promise<void>;
}

const methods = {
  fit: 'trainSource',
  validate: 'valSource',
  test: 'testSource',
  predict: 'predictSource',
} as const;

/** What a fit reads, of the module's sources once they are set up. */
export function fitDataOf<Batch>(data: FitData<Batch> | DataModule<Batch>): FitData<Batch> {
  if ('train' in data) return data;
  const val = data.valSource?.();
  const train = data.trainSource?.() ?? nothingToRead('fit', data);
  return { train, ...(val === undefined ? {} : { val }) };
}

/**
 * The sources of a stage.
 *
 * @throws {LimberError} `invalid-argument` if there is none.
 */
export function sourcesOf<Batch>(
  data: BatchSources<Batch> | DataModule<Batch>,
  stage: Exclude<Stage, 'fit'>,
): readonly BatchSource<Batch>[] {
  const isGiven = 'batches' in data || Array.isArray(data);
  const given = isGiven
    ? (data as BatchSources<Batch>)
    : (data as DataModule<Batch>)[methods[stage]]?.();
  const sources = listSources(given);
  return sources.length > 0 ? sources : nothingToRead(stage, data);
}

function nothingToRead(stage: Stage, data: object): never {
  const isList = Array.isArray(data);
  throw new LimberError('invalid-argument', {
    where: isList ? `Trainer.${stage}` : `DataModule.${methods[stage]}`,
    what: isList ? 'nothing to read' : `Trainer.${stage} has nothing to read`,
    expected: isList ? 'at least one source' : 'a function that gives a source',
    got: 'none',
  });
}

/** A data module as the first of the callbacks; none for a source. */
export function hooksOf<Batch>(data: object & DataModule<Batch>): Callback<Batch>[] {
  if (data.setup === undefined && data.teardown === undefined) return [];
  return [
    {
      setup: (_trainer, stage) => data.setup?.(stage),
      teardown: (_trainer, stage) => data.teardown?.(stage),
    },
  ];
}
