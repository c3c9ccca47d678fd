import type { LimberErrorCode } from '@limber/files';
import { LimberError } from '@limber/files';
import type { SharedDataset } from '../datasets/keypoint-dataset.ts';
import type { KeypointBatch, Recipe } from './keypoint-batch.ts';

/** What every worker thread is started with. */
export interface WorkerContext {
  readonly dataset: SharedDataset;
  readonly recipe: Recipe;
}

/** What a worker thread answers. A LimberError goes as data, since threads pass on only the text of an error. */
export type BatchReply =
  | { readonly type: 'made'; readonly batch: KeypointBatch }
  | {
      readonly type: 'failed';
      readonly code: LimberErrorCode;
      readonly where: string | undefined;
      readonly message: string;
    };

/** Turns an error into a reply, unless it is not about the data. */
export function toFailedReply(error: unknown): BatchReply {
  if (!(error instanceof LimberError)) throw error;
  const { code, where, message } = error;
  return { type: 'failed', code, where, message };
}

/**
 * The batch of a reply.
 *
 * @throws {LimberError} the one that the worker thread met.
 */
export function batchOfReply(reply: BatchReply): KeypointBatch {
  switch (reply.type) {
    case 'made':
      return reply.batch;
    case 'failed': {
      const { code, where, message } = reply;
      const error = new LimberError(code, { ...(where === undefined ? {} : { where }), what: '' });
      error.message = message;
      throw error;
    }
  }
}
