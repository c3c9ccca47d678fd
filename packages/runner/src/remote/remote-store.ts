import { PipelineError } from '../pipeline-error.ts';

/** A place outside the workspace through which people share results: one flat name for each file. */
export interface RemoteStore {
  /** As shown to people. */
  readonly place: string;
  /** Whether there is a file of this name. */
  has(name: string): Promise<boolean>;
  /** Copies a file to `target`, which must not exist; false if there is none of this name. */
  get(name: string, target: string): Promise<boolean>;
  /** Stores the file `source` whole or not at all; a file of this name may be there already. */
  put(name: string, source: string, sha256: string): Promise<void>;
}

/** The remote store gave no answer, or not the one that was asked for. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** A place that no remote store can be opened at. @param why - ends the sentence, without a full stop. */
export function invalidRemote(place: string, why: string): PipelineError {
  const message = `The remote store ${place} cannot be used: ${why}.`;
  return new PipelineError('invalid-remote', message, { where: place });
}
