import { PipelineError } from '../pipeline-error.ts';

/** A place outside the workspace through which people share results: one flat name for each file. */
export interface RemoteStore {
  /** As shown to people. */
  readonly place: string;
  /** Nothing is stored there: it was opened so, or has refused to take anything. */
  readonly isReadOnly: boolean;
  /** Those of the names that there is no file of, in any order. */
  findMissing(names: readonly string[]): Promise<string[]>;
  /** Copies a file to `target`, which must not exist; false if there is none of this name. */
  get(name: string, target: string): Promise<boolean>;
  /**
   * Stores the file `source` whole or not at all; a file of this name may be there already.
   *
   * @throws {RemoteError} if that is not allowed; the store is read-only from then on.
   */
  put(name: string, source: string): Promise<void>;
}

/** How a remote store is opened. */
export interface RemoteOptions {
  /** Nothing is ever stored there. */
  readonly isReadOnly: boolean;
  /** Called with what a person should know about the place, once for each cause. */
  readonly onWarning: (line: string) => void;
}

/** The remote store gave no answer, or not the one that was asked for. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** A place takes nothing from us. @param why - stands in brackets. */
export function storingRefused(place: string, why: string): RemoteError {
  const fix = `or make it read-only: remote: { url: "${place}", mode: read }`;
  return new RemoteError(
    `${place} takes nothing from you (${why}). Ask for the right to store there, ${fix}.`,
  );
}

/** A place that no remote store can be opened at. @param why - ends the sentence, without a full stop. */
export function invalidRemote(place: string, why: string): PipelineError {
  const message = `The remote store ${place} cannot be used: ${why}.`;
  return new PipelineError('invalid-remote', message, { where: place });
}
