import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import { parse, stringify } from 'yaml';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { PipelineError } from '../pipeline-error.ts';
import type { Artifact } from './artifact.ts';
import type { StoredOutput } from './objects.ts';
import { listFolder, readText } from './read-if-there.ts';

/**
 * What a pipeline made, for git to keep beside its YAML: no times, no places, no environment. With it a
 * commit names its outputs, and whoever has the commit can fetch them.
 */
export interface PipelineLock {
  /** The pipeline's params, references as they are written. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly stages: Readonly<Record<string, LockedStage>>;
}

/** What one stage made. */
export interface LockedStage {
  readonly fingerprint: string;
  readonly outputs: Readonly<Record<string, Pick<StoredOutput, 'kind' | 'digest' | 'sizeBytes'>>>;
}

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256');

/** More keys of a stage are passed over: another version may say more of it. */
const lockSchema: ZodType<PipelineLock> = z.object({
  version: z.literal(1),
  params: z.record(z.string(), z.unknown()),
  stages: z.record(
    z.string(),
    z.object({
      fingerprint: digestSchema,
      outputs: z.record(
        z.string(),
        z.object({
          kind: z.enum(['file', 'folder']),
          digest: digestSchema,
          sizeBytes: z.int().nonnegative(),
        }),
      ),
    }),
  ),
});

/** The lock file of a pipeline's file: `pipelines/squat.lock`. */
export function lockFileOf(pipelineFile: string): string {
  return `${pipelineFile.replace(/\.ya?ml$/, '')}.lock`;
}

/**
 * Reads a lock file; undefined if there is none.
 *
 * @throws {PipelineError} `invalid-lock`: it may have been merged by hand, or come from anywhere.
 */
export function readLockFile(file: string): PipelineLock | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return lockSchema.parse(parse(text));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        : (error as Error).message.split('\n', 1)[0]!;
    const message = `The lock file ${file} cannot be read: ${why}. Take it from git again, or let "limber pipeline run <name> --lock" write it anew.`;
    throw new PipelineError('invalid-lock', message, { where: file });
  }
}

/** Writes a lock file if it says something new. @returns whether it did. */
export function writeLockFile(
  file: string,
  params: PipelineLock['params'],
  artifacts: ReadonlyMap<string, Artifact>,
): boolean {
  const stages = [...artifacts].map(([name, { fingerprint, outputs }]): [string, LockedStage] => {
    const locked = Object.entries(outputs).map(([output, { kind, digest, sizeBytes }]) => [
      output,
      { kind, digest, sizeBytes },
    ]);
    return [name, { fingerprint, outputs: Object.fromEntries(locked) }];
  });
  const lock = { version: 1, params, stages: Object.fromEntries(stages) };
  const yaml = stringify(lock, {
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  const text = `# Written by \`limber pipeline run\`. Commit it: \`limber pipeline pull\` fetches these outputs.\n${yaml}`;
  if (readText(file) === text) return false;
  writeFileAtomicSync(file, text);
  return true;
}

/** The fingerprints in the lock files of a workspace: in its root and in `pipelines/`. */
export function readLockedFingerprints(workspace: string): string[] {
  return [workspace, join(workspace, 'pipelines')].flatMap((folder) =>
    listFolder(folder)
      .filter((name) => name.endsWith('.lock'))
      .flatMap((name) => Object.values(readLockFile(join(folder, name))?.stages ?? {}))
      .map(({ fingerprint }) => fingerprint),
  );
}
