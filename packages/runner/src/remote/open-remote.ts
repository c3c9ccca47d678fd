import { resolve } from 'node:path';
import type { RemoteEntry } from '../parsing/pipeline-schema.ts';
import { createFolderRemote } from './folder-remote.ts';
import type { RemoteOptions, RemoteStore } from './remote-store.ts';
import { invalidRemote } from './remote-store.ts';
import { parseS3Place } from './s3-place.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What opens the places that begin with a scheme. Another kind of remote store is a line here. */
const schemes: Readonly<
  Record<
    string,
    (place: URL, environment: Environment, options: RemoteOptions) => Promise<RemoteStore>
  >
> = {
  's3:': async (place, environment, options) => {
    const { createS3Remote } = await import('./s3-remote.ts');
    return createS3Remote(parseS3Place(place, environment), options);
  },
};

/**
 * Opens a remote store: a folder, relative to the workspace or absolute, or `s3://bucket/prefix`.
 *
 * @throws {PipelineError} `invalid-remote` if something is missing.
 */
export async function openRemote(
  { url: place, mode }: RemoteEntry,
  from: {
    readonly workspace: string;
    readonly environment: Environment;
    readonly onWarning: RemoteOptions['onWarning'];
  },
): Promise<RemoteStore> {
  const options = { isReadOnly: mode === 'read', onWarning: from.onWarning };
  if (!place.includes('://')) return createFolderRemote(resolve(from.workspace, place), options);
  const url = URL.canParse(place) ? new URL(place) : undefined;
  const open = url && schemes[url.protocol];
  if (open === undefined) throw invalidRemote(place, 'expected a folder, or s3://bucket/prefix');
  return await open(url!, from.environment, options);
}

/** What is asked for on the command line goes before what the pipeline says. */
export interface RemoteChoice {
  /** Where results are shared, instead of the pipeline's own `remote`. */
  readonly remote?: string;
  /** Results are fetched from there, and none are sent. */
  readonly remoteReadOnly?: boolean;
}

/** The remote store that a run uses, if any. */
export function chooseRemote(
  declared: RemoteEntry | undefined,
  { remote, remoteReadOnly = false }: RemoteChoice,
): RemoteEntry | undefined {
  const chosen = remote === undefined ? declared : { url: remote, mode: 'write' as const };
  return chosen !== undefined && remoteReadOnly ? { ...chosen, mode: 'read' } : chosen;
}
