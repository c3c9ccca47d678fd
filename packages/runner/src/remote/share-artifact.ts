import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mapInOrder } from '@limber/files';
import type { Artifact } from '../store/artifact.ts';
import {
  artifactPath,
  listArtifactObjects,
  readArtifactFile,
  writeArtifact,
} from '../store/artifact.ts';
import { checkObject, objectPath, putFile } from '../store/objects.ts';
import { hashFile } from '../store/sha256.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { RemoteStore } from './remote-store.ts';
import { RemoteError } from './remote-store.ts';

/** Raised when the files of a remote store mean something else. */
const layout = 'v2';

/** Files that are copied at the same time. */
const concurrency = 8;

/** The name of an object in a remote store. */
function objectName(sha256: string): string {
  return `${layout}/objects/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
}

function artifactName(fingerprint: string): string {
  return `${layout}/artifacts/${fingerprint.slice(0, 2)}/${fingerprint.slice(2)}.json`;
}

/**
 * Copies what a stage made to a remote store: its files first, and what names them last, so that
 * whoever finds it there finds all of it. Files that are there already are not sent.
 */
export async function pushArtifact(
  remote: RemoteStore,
  state: StateFolder,
  artifact: Artifact,
): Promise<void> {
  const name = artifactName(artifact.fingerprint);
  if ((await remote.findMissing([name])).length === 0) return;
  const digests = new Set(listArtifactObjects(state, artifact));
  const missing = new Set(await remote.findMissing([...digests].map(objectName)));
  const sent = [...digests].filter((sha256) => missing.has(objectName(sha256)));
  await copyAll(sent, (sha256) => remote.put(objectName(sha256), objectPath(state, sha256)));
  await remote.put(name, artifactPath(state, artifact.fingerprint));
}

/**
 * Copies what was made for a fingerprint from a remote store. Every file is checked against its
 * digest before it enters the store, and the artifact is written when all are there.
 *
 * @param options.staging - a private folder.
 * @returns undefined if the remote store does not have it.
 * @throws {RemoteError} if it has it, but not whole.
 */
export async function pullArtifact(
  remote: RemoteStore,
  fingerprint: string,
  { state, staging }: { readonly state: StateFolder; readonly staging: string },
): Promise<Artifact | undefined> {
  const folder = join(staging, 'pulled', fingerprint);
  mkdirSync(folder, { recursive: true });
  try {
    const described = join(folder, 'artifact.json');
    if (!(await remote.get(artifactName(fingerprint), described))) return undefined;
    const artifact = readArtifactFile(described, fingerprint);
    if (artifact === undefined) return undefined;
    const pull = async (sha256: string): Promise<void> => {
      if ((await checkObject(state, sha256, undefined)) === 'intact') return;
      const file = join(folder, sha256);
      const isThere = await remote.get(objectName(sha256), file);
      const problem = isThere ? 'is damaged' : 'is missing';
      if (!isThere || (await hashFile(file)) !== sha256) {
        throw new RemoteError(`${objectName(sha256)} ${problem} there.`);
      }
      putFile(state, file, sha256);
    };
    // The listings of folders first: they name the files.
    const roots = Object.values(artifact.outputs).map(({ digest }) => digest);
    await copyAll(roots, pull);
    await copyAll(listArtifactObjects(state, artifact), pull);
    writeArtifact(state, artifact);
    return artifact;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copyAll(
  digests: readonly string[],
  copy: (sha256: string) => Promise<void>,
): Promise<void> {
  const copied = mapInOrder(new Set(digests), { concurrency }, copy);
  for await (const _ of copied);
}
