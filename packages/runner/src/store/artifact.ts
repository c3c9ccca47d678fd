import { existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ObjectState, StoredOutput } from './objects.ts';
import { checkObject, objectPath, readTree } from './objects.ts';
import type { StateFolder } from './state-folder.ts';
import { readJson } from './read-if-there.ts';
import { viewPath } from './view.ts';

/** What one stage produced for one fingerprint. */
export interface Artifact {
  readonly fingerprint: string;
  readonly outputs: Readonly<Record<string, StoredOutput>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly plots: Plots;
  /** What the stage said that it was made with. */
  readonly provenance?: Readonly<Record<string, string>>;
  /** The object that holds what the stage printed. */
  readonly log: string | null;
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
}

/** Plot name → its points, in the order of reporting. */
export type Plots = Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>;

/** An output that can no longer be used. */
export interface LostOutput {
  readonly output: string;
  readonly problem: 'missing' | 'damaged';
}

/** Makes a stage's outputs visible, all at once. */
export function writeArtifact(state: StateFolder, artifact: Artifact): void {
  const text = JSON.stringify(artifact, undefined, 2);
  writeFileAtomicSync(artifactPath(state, artifact.fingerprint), `${text}\n`);
}

/** The artifact of a fingerprint, its objects unchecked; undefined if there is none. */
export function readArtifact(state: StateFolder, fingerprint: string): Artifact | undefined {
  return readArtifactFile(artifactPath(state, fingerprint), fingerprint);
}

/** Reads an artifact from any file; undefined if that holds something else. */
export function readArtifactFile(file: string, fingerprint: string): Artifact | undefined {
  const found = readJson(file) as Artifact | undefined;
  return found?.fingerprint === fingerprint ? found : undefined;
}

/**
 * The artifact of a fingerprint, if all its outputs are in the store as they were put there.
 *
 * @param options.isRepairing - as for {@link findLostOutputs}.
 */
export async function readIntactArtifact(
  state: StateFolder,
  fingerprint: string,
  options: { readonly isRepairing: boolean },
): Promise<Artifact | undefined> {
  const artifact = readArtifact(state, fingerprint);
  if (artifact === undefined) return undefined;
  const lost = await findLostOutputs(state, artifact, options);
  return lost.length === 0 ? artifact : undefined;
}

/**
 * The digests of all objects that an artifact is made of.
 *
 * @param options.withoutLost - leaves out the files of a folder whose listing is lost.
 * @throws {Error} if a folder's listing is missing or damaged, without `withoutLost`.
 */
export function listArtifactObjects(
  state: StateFolder,
  artifact: Artifact,
  options: { readonly withoutLost?: true } = {},
): string[] {
  const outputs = Object.entries(artifact.outputs).flatMap(([name, { kind, digest }]) => {
    const entries = kind === 'folder' ? readTree(state, digest) : [];
    if (entries === undefined && options.withoutLost !== true) {
      throw new Error(
        `The listing of the folder "${name}" is missing or damaged in the store (${objectPath(state, digest)}). Run the pipeline to make it again.`,
      );
    }
    return [
      digest,
      ...(entries ?? []).flatMap((entry) => (entry.type === 'file' ? entry.sha256 : [])),
    ];
  });
  return artifact.log === null ? outputs : [...outputs, artifact.log];
}

/** Notes that an artifact was used now; what was not used for long is removed first. */
export function touchArtifact(state: StateFolder, fingerprint: string): void {
  const now = new Date();
  utimesSync(artifactPath(state, fingerprint), now, now);
}

/**
 * Checks that all of an artifact's outputs are in the store as they were put there.
 *
 * @param options.isRepairing - removes damaged objects and the artifact, so that the stage that
 *   makes them again can put them back.
 */
export async function findLostOutputs(
  state: StateFolder,
  artifact: Artifact,
  options: { readonly isRepairing: boolean },
): Promise<LostOutput[]> {
  const lost: LostOutput[] = [];
  const damaged: string[] = [];
  for (const [output, stored] of Object.entries(artifact.outputs)) {
    const problem = await checkOutput(state, stored, damaged);
    if (problem !== 'intact') lost.push({ output, problem });
  }
  if (options.isRepairing && lost.length > 0) {
    rmSync(artifactPath(state, artifact.fingerprint), { force: true });
    for (const sha256 of damaged) rmSync(objectPath(state, sha256), { force: true });
    // Their files are no longer those of the store.
    for (const { output } of lost) {
      rmSync(viewPath(state, artifact.outputs[output]!), { recursive: true, force: true });
    }
  }
  return lost;
}

async function checkOutput(
  state: StateFolder,
  stored: StoredOutput,
  damaged: string[],
): Promise<ObjectState> {
  const check = async (sha256: string, sizeBytes: number): Promise<ObjectState> => {
    const found = await checkObject(state, sha256, sizeBytes);
    if (found === 'damaged') damaged.push(sha256);
    return found;
  };
  if (stored.kind === 'file') return check(stored.digest, stored.sizeBytes);
  const entries = readTree(state, stored.digest);
  if (entries === undefined) {
    damaged.push(stored.digest);
    return existsSync(objectPath(state, stored.digest)) ? 'damaged' : 'missing';
  }
  let worst: ObjectState = 'intact';
  for (const entry of entries) {
    if (entry.type === 'folder') continue;
    const found = await check(entry.sha256, entry.sizeBytes);
    if (worst !== 'damaged' && found !== 'intact') worst = found;
  }
  return worst;
}

/** The file that describes what was made for a fingerprint. */
export function artifactPath(state: StateFolder, fingerprint: string): string {
  return join(state.artifacts, fingerprint.slice(0, 2), `${fingerprint.slice(2)}.json`);
}
