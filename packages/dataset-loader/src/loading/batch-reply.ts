import type { LimberErrorCode } from '@limber/files';
import { LimberError } from '@limber/files';
import type { MadeBatch } from './keypoint-batch.ts';

/** What a worker thread answers. A LimberError goes as data, since threads pass on only the text of an error. */
export type BatchReply =
  | ({ readonly type: 'made' } & MadeBatch)
  | {
      readonly type: 'failed';
      readonly code: LimberErrorCode;
      readonly where: string | undefined;
      readonly message: string;
    }
  | { readonly type: 'crashed'; readonly error: unknown };

/** Turns an error into a reply. */
export function toFailedReply(error: unknown): BatchReply {
  if (!(error instanceof LimberError)) return { type: 'crashed', error };
  const { code, where, message } = error;
  return { type: 'failed', code, where, message };
}

/**
 * The batch of a reply.
 *
 * @throws what the worker thread met.
 */
export function batchOfReply(reply: BatchReply): MadeBatch {
  switch (reply.type) {
    case 'made':
      return reply;
    case 'crashed':
      throw reply.error;
    case 'failed': {
      const { code, where, message } = reply;
      const error = new LimberError(code, { ...(where === undefined ? {} : { where }), what: '' });
      error.message = message;
      throw error;
    }
  }
}
