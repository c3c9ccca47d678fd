import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mapInOrder, temporaryName } from '@limber/files';
import type { Artifact, ExpectedArtifact } from '../store/artifact.ts';
import {
  artifactPath,
  findLostOutputs,
  listArtifactObjects,
  readArtifactFile,
  writeArtifact,
} from '../store/artifact.ts';
import { checkFile, objectPath, putFile, readTree } from '../store/objects.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { RemoteStore } from './remote-store.ts';
import { RemoteError } from './remote-store.ts';

/** Raised when the files of a remote store mean something else. */
const layout = 'v3';

/** Files that are copied at the same time. */
const concurrency = 8;

/** The name of an object in a remote store. */
function objectName(object: string): string {
  return `${layout}/objects/${object.slice(0, 2)}/${object.slice(2)}`;
}

function artifactName(fingerprint: string): string {
  return `${layout}/artifacts/${fingerprint.slice(0, 2)}/${fingerprint.slice(2)}.json`;
}

/**
 * Copies what a stage made to a remote store: its files first, and what names them last, so that
 * whoever finds it there finds all of it. Files that are there already are not sent.
 *
 * @throws {RemoteError} if a file of the store is missing or damaged; nothing is sent that names it.
 */
export async function pushArtifact(
  remote: RemoteStore,
  state: StateFolder,
  artifact: Artifact,
): Promise<void> {
  const name = artifactName(artifact.fingerprint);
  if ((await remote.findMissing([name])).length === 0) return;
  const objects = new Set(listArtifactObjects(state, artifact));
  const missing = new Set(await remote.findMissing([...objects].map(objectName)));
  const sent = [...objects].filter((object) => missing.has(objectName(object)));
  await copyAll(sent, async (object) => {
    const path = objectPath(state, object);
    const found = await checkFile(path, object);
    if (found !== 'intact') throw new RemoteError(`${path} is ${found}. ${howToMend}`);
    await remote.put(objectName(object), path);
  });
  await remote.put(name, artifactPath(state, artifact.fingerprint));
}

/** What is pulled, and into which store. */
export interface PullOptions {
  readonly state: StateFolder;
  /** A private folder. */
  readonly staging: string;
  /** Those that the stage declares. */
  readonly outputs?: ExpectedArtifact['outputs'];
  /**
   * Takes the description and the listings of folders alone, which say what the outputs are: the files
   * stay where they are, and no artifact is written.
   */
  readonly isDescriptionEnough?: boolean;
}

/**
 * Copies what was made for a fingerprint from a remote store. Every file is checked against its
 * digest before it enters the store, and the artifact is written when all are there.
 *
 * @returns undefined if the remote store does not have it.
 * @throws {RemoteError} if it has it, but not whole, or if a listing there is wrong; names the file.
 */
export async function pullArtifact(
  remote: RemoteStore,
  fingerprint: string,
  options: PullOptions,
): Promise<Artifact | undefined> {
  const { state, staging, outputs, isDescriptionEnough = false } = options;
  const folder = join(staging, 'pulled', fingerprint);
  mkdirSync(folder, { recursive: true });
  try {
    const described = join(folder, 'artifact.json');
    const where = artifactName(fingerprint);
    if (!(await remote.get(where, described))) return undefined;
    const onProblem = (problem: string): never => {
      throw new RemoteError(problem);
    };
    const artifact = readArtifactFile(described, fingerprint, { outputs, where, onProblem })!;
    const pull = async (object: string): Promise<void> => {
      if ((await checkFile(objectPath(state, object), object)) === 'intact') return;
      const file = temporaryName(join(folder, object));
      const isThere = await remote.get(objectName(object), file);
      const problem = isThere ? 'is damaged' : 'is missing';
      if (!isThere || (await checkFile(file, object)) !== 'intact') {
        throw new RemoteError(`${objectName(object)} ${problem} there.`);
      }
      await putFile(state, file, object);
    };
    // The listings of folders first: they name the files.
    const folders = Object.values(artifact.outputs).filter(({ kind }) => kind === 'folder');
    await copyAll(
      folders.map(({ digest }) => digest),
      pull,
    );
    for (const { digest } of folders) {
      readTree(state, digest, (problem) => onProblem(`${objectName(digest)}: ${problem}.`));
    }
    if (isDescriptionEnough) return artifact;
    await copyAll(listArtifactObjects(state, artifact), pull);
    const [lost] = await findLostOutputs(state, artifact, { isRepairing: false });
    if (lost !== undefined) onProblem(`${where}: outputs: ${lost.output}: the sizes are wrong.`);
    await writeArtifact(state, artifact);
    return artifact;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const howToMend = '"limber pipeline verify" mends the store, or says what has to be made again.';

async function copyAll(
  digests: readonly string[],
  copy: (sha256: string) => Promise<void>,
): Promise<void> {
  const copied = mapInOrder(new Set(digests), { concurrency }, copy);
  for await (const _ of copied);
}
