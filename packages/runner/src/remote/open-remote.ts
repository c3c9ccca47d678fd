import { resolve } from 'node:path';
import { createFolderRemote } from './folder-remote.ts';
import type { RemoteStore } from './remote-store.ts';
import { invalidRemote } from './remote-store.ts';
import { parseS3Place } from './s3-place.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What opens the places that begin with a scheme. Another kind of remote store is a line here. */
const schemes: Readonly<
  Record<string, (place: URL, environment: Environment) => Promise<RemoteStore>>
> = {
  's3:': async (place, environment) => {
    const parsed = parseS3Place(place, environment);
    const { createS3Remote } = await import('./s3-remote.ts');
    return createS3Remote(parsed);
  },
};

/**
 * Opens a remote store: a folder, relative to the workspace or absolute, or `s3://bucket/prefix`.
 *
 * @throws {PipelineError} `invalid-remote` if something is missing.
 */
export async function openRemote(
  place: string,
  workspace: string,
  environment: Environment,
): Promise<RemoteStore> {
  if (!place.includes('://')) return createFolderRemote(resolve(workspace, place));
  const url = URL.canParse(place) ? new URL(place) : undefined;
  const open = url && schemes[url.protocol];
  if (open === undefined) throw invalidRemote(place, 'expected a folder, or s3://bucket/prefix');
  return await open(url!, environment);
}
