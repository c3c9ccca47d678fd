import { statSync, utimesSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { syncFiles, writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import type { StoredOutput } from './objects.ts';
import { checkOutput, listOutput, objectPath } from './objects.ts';
import { makeOwnFolder, removeOwn } from './own-folder.ts';
import { unlessMissing } from './read-if-there.ts';
import type { OnProblem } from './read-manifest.ts';
import { readManifest } from './read-manifest.ts';
import type { StateFolder } from './state-folder.ts';
import { fileNameSchema, objectNameSchema, sha256Schema } from './stored-names.ts';
import { viewPath } from './view.ts';

/** What one stage produced for one fingerprint. */
export interface Artifact {
  readonly fingerprint: string;
  readonly outputs: Readonly<Record<string, StoredOutput>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly plots: Plots;
  /** What the stage said that it was made with. */
  readonly provenance?: Readonly<Record<string, string>> | undefined;
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

/** The points of plots, by the plots' names. */
export const plotsSchema: ZodType<Plots> = z.record(
  z.string(),
  z.array(z.tuple([z.number(), z.number()])),
);

const artifactSchema: ZodType<Artifact> = z.strictObject({
  fingerprint: sha256Schema,
  outputs: z.record(
    z.string(),
    z.strictObject({
      kind: z.enum(['file', 'folder']),
      digest: objectNameSchema,
      sizeBytes: z.int().nonnegative(),
      fileName: fileNameSchema,
    }),
  ),
  metrics: z.record(z.string(), z.number()),
  plots: plotsSchema,
  provenance: z.record(z.string(), z.string()).optional(),
  log: objectNameSchema.nullable(),
  seconds: z.number().nonnegative(),
  finishedAt: z.iso.datetime(),
});

/** What an artifact should be, besides well-formed. */
export interface ExpectedArtifact {
  /** The outputs that the stage declares. */
  readonly outputs?: readonly { readonly name: string; readonly path: string }[] | undefined;
  /** What the file is called in messages. */
  readonly where?: string;
  readonly onProblem?: OnProblem | undefined;
}

/**
 * Makes a stage's outputs visible, all at once, when all of them are on the disk.
 *
 * @param confirm - called right before; what it throws keeps them invisible.
 */
export async function writeArtifact(
  state: StateFolder,
  artifact: Artifact,
  confirm: () => void = () => undefined,
): Promise<void> {
  await syncFiles(
    state.objects,
    listArtifactObjects(state, artifact).map((object) => objectPath(state, object)),
  );
  const file = artifactPath(state, artifact.fingerprint);
  makeOwnFolder(state.artifacts, dirname(file));
  confirm();
  writeFileAtomicSync(file, `${JSON.stringify(artifact, undefined, 2)}\n`);
}

/** The artifact of a fingerprint, its objects unchecked; undefined if there is none, or a wrong one. */
export function readArtifact(
  state: StateFolder,
  fingerprint: string,
  expected: ExpectedArtifact = {},
): Artifact | undefined {
  const file = artifactPath(state, fingerprint);
  const where = relative(state.workspace, file);
  return readArtifactFile(file, fingerprint, { where, ...expected });
}

/** Reads an artifact from any file; undefined if that holds something else. */
export function readArtifactFile(
  file: string,
  fingerprint: string,
  { outputs, where = file, onProblem }: ExpectedArtifact,
): Artifact | undefined {
  const found = readManifest(file, artifactSchema, { where, onProblem });
  if (found === undefined) return undefined;
  const lacking = outputs?.find(
    ({ name, path }) =>
      !Object.hasOwn(found.outputs, name) || found.outputs[name]!.fileName !== basename(path),
  );
  if (lacking !== undefined)
    onProblem?.(`${where}: outputs: there is no "${lacking.name}" as declared.`);
  if (found.fingerprint !== fingerprint)
    onProblem?.(`${where}: fingerprint: it is that of another one.`);
  return lacking === undefined && found.fingerprint === fingerprint ? found : undefined;
}

/**
 * The artifact of a fingerprint, if all its outputs are in the store as they were put there.
 *
 * @param options.isRepairing - as for {@link findLostOutputs}.
 */
export async function readIntactArtifact(
  state: StateFolder,
  fingerprint: string,
  options: { readonly isRepairing: boolean } & ExpectedArtifact,
): Promise<Artifact | undefined> {
  const artifact = readArtifact(state, fingerprint, options);
  if (artifact === undefined) return undefined;
  const lost = await findLostOutputs(state, artifact, options);
  return lost.length === 0 ? artifact : undefined;
}

/**
 * The names of all objects that an artifact is made of.
 *
 * @param options.withoutLost - leaves out the files of a folder whose listing is lost.
 * @throws {Error} if a folder's listing is missing or damaged, without `withoutLost`.
 */
export function listArtifactObjects(
  state: StateFolder,
  artifact: Artifact,
  options: { readonly withoutLost?: true } = {},
): string[] {
  const outputs = Object.entries(artifact.outputs).flatMap(([name, output]) => {
    const { kind, digest } = output;
    const entries = listOutput(state, output);
    if (entries === undefined && options.withoutLost !== true) {
      throw new Error(
        `The listing of the folder "${name}" is missing or damaged in the store (${objectPath(state, digest)}). Run the pipeline to make it again.`,
      );
    }
    const files = (entries ?? []).flatMap((entry) => (entry.type === 'file' ? entry.sha256 : []));
    return kind === 'folder' ? [digest, ...files] : files;
  });
  return artifact.log === null ? outputs : [...outputs, artifact.log];
}

/** For how long after a use others are not noted, in ms. */
const sameUseMs = 3_600_000;

/**
 * Notes that an artifact was used now, to the hour, if it is here; what was not used for long is removed
 * first.
 */
export function touchArtifact(state: StateFolder, fingerprint: string): void {
  const path = artifactPath(state, fingerprint);
  const usedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  const now = Date.now();
  if (now - usedMs < sameUseMs) return;
  unlessMissing(() => utimesSync(path, now / 1000, now / 1000));
}

/**
 * Checks that all of an artifact's outputs are in the store as they were put there.
 *
 * @param options.isRepairing - removes damaged objects and the artifact, so that the stage that
 *   makes them again can put them back.
 * @param options.isThorough - reads all objects, also those that were verified before.
 */
export async function findLostOutputs(
  state: StateFolder,
  artifact: Artifact,
  options: { readonly isRepairing: boolean; readonly isThorough?: boolean },
): Promise<LostOutput[]> {
  const { isRepairing, isThorough } = options;
  const lost: LostOutput[] = [];
  const damaged: string[] = [];
  const onDamaged = (object: string): void => void damaged.push(object);
  for (const [output, stored] of Object.entries(artifact.outputs)) {
    const problem = await checkOutput(state, stored, { isThorough, onDamaged });
    if (problem !== 'intact') lost.push({ output, problem });
  }
  if (isRepairing && lost.length > 0) {
    removeArtifact(state, artifact.fingerprint);
    for (const object of damaged) removeOwn(state.objects, objectPath(state, object));
    // Their files are no longer those of the store.
    for (const { output } of lost) {
      removeOwn(state.views, viewPath(state, artifact.outputs[output]!));
    }
  }
  return lost;
}

/** Forgets what was made for a fingerprint. */
export function removeArtifact(state: StateFolder, fingerprint: string): void {
  removeOwn(state.artifacts, artifactPath(state, fingerprint));
}

/** The file that describes what was made for a fingerprint. */
export function artifactPath(state: StateFolder, fingerprint: string): string {
  return join(state.artifacts, fingerprint.slice(0, 2), `${fingerprint.slice(2)}.json`);
}
