import { LimberError } from '@limber/files';
import type { Callback } from '../hooks/callback.ts';
import type { Stage } from '../hooks/running-trainer.ts';
import type { BatchSource, FitData } from './batch-source.ts';

/** Lightning's `LightningDataModule`: everything about the data of a project, for every stage. */
export interface DataModule<Batch> {
  /** Downloads or unpacks, before the module's own. Of a fit only. */
  prepareData?(): void | Promise<void>;
  /** Opens what the stage needs, before the hooks of callbacks. */
  setup?(stage: Stage): void | Promise<void>;
  trainSource?(): BatchSource<Batch>;
  /** Of the validations of a fit, and of `validate`. */
  valSource?(): BatchSource<Batch>;
  testSource?(): BatchSource<Batch>;
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
  return { train: sourceOf(data, 'fit'), ...(val === undefined ? {} : { val }) };
}

/**
 * The source of a stage.
 *
 * @throws {LimberError} `invalid-argument` if the data module has none.
 */
export function sourceOf<Batch>(
  data: BatchSource<Batch> | DataModule<Batch>,
  stage: Stage,
): BatchSource<Batch> {
  if ('batches' in data) return data;
  const method = methods[stage];
  const source = data[method]?.();
  if (source !== undefined) return source;
  throw new LimberError('invalid-argument', {
    where: `DataModule.${method}`,
    what: `Trainer.${stage} has nothing to read`,
    expected: 'a function that gives a source',
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
