import { resolve } from 'node:path';
import type { RemoteEntry } from '../parsing/pipeline-schema.ts';
import { createFolderRemote } from './folder-remote.ts';
import type { RemoteOptions, RemoteStore } from './remote-store.ts';
import { invalidRemote } from './remote-store.ts';
import { parseS3Place } from './s3-place.ts';

/** What opens the places that begin with a scheme. Another kind of remote store is a line here. */
const schemes: Readonly<Record<string, (place: URL, how: OpenOptions) => Promise<RemoteStore>>> = {
  's3:': async (place, how) => {
    const { createS3Remote } = await import('./s3-remote.ts');
    return createS3Remote(parseS3Place(place, how.environment), how);
  },
};

interface OpenOptions extends RemoteOptions {
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens a remote store: a folder, relative to the workspace or absolute, or `s3://bucket/prefix`.
 *
 * @throws {PipelineError} `invalid-remote` if something is missing.
 */
export async function openRemote(
  remote: RemoteEntry | string,
  options: Omit<OpenOptions, 'isReadOnly'>,
): Promise<RemoteStore> {
  const isPlace = typeof remote === 'string';
  const place = isPlace ? remote : remote.url;
  const how = { ...options, isReadOnly: !isPlace && remote.mode === 'read' };
  if (!place.includes('://')) return createFolderRemote(resolve(how.workspace, place), how);
  const url = URL.canParse(place) ? new URL(place) : undefined;
  const open = url && schemes[url.protocol];
  if (open === undefined) throw invalidRemote(place, 'expected a folder, or s3://bucket/prefix');
  return await open(url!, how);
}
