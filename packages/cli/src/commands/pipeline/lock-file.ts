import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing, LimberError, writeFileAtomicSync } from '@limber/files';
import type { PipelineResult, SharedPipeline, StoredOutput } from '@limber/runner';
import { objectNameSchema } from '@limber/runner';
import { parse, stringify } from 'yaml';
import type { ZodType } from 'zod';
import { z } from 'zod';

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
interface LockedStage {
  readonly fingerprint: string;
  readonly outputs: Readonly<Record<string, Omit<StoredOutput, 'fileName'>>>;
}

const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256');

/** More keys of a stage are passed over: another version may say more of it. */
const lockSchema: ZodType<PipelineLock> = z.object({
  version: z.literal(1),
  params: z.record(z.string(), z.unknown()),
  stages: z.record(
    z.string(),
    z.object({
      fingerprint: fingerprintSchema,
      outputs: z.record(
        z.string(),
        z.object({
          kind: z.enum(['file', 'folder']),
          digest: objectNameSchema,
          sizeBytes: z.int().nonnegative(),
        }),
      ),
    }),
  ),
});

/**
 * Reads a lock file; undefined if there is none.
 *
 * @throws {LimberError} `corrupt-data`: it may have been merged by hand, or come from anywhere.
 */
export function readLockFile(file: string): PipelineLock | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return lockSchema.parse(parse(text, { prettyErrors: false }));
  } catch (error) {
    const what =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        : (error as Error).message;
    const fix = 'Take it from git again, or let `limber pipeline run <name> --lock` write it anew.';
    throw new LimberError('corrupt-data', { where: file, what, fix }, { cause: error });
  }
}

/**
 * Writes what a whole pipeline made, if that is new.
 *
 * @returns the file, if it was written.
 */
export function writeLockFile(
  file: string,
  { pipelineParams, stages }: Pick<PipelineResult, 'pipelineParams' | 'stages'>,
): string | undefined {
  const made = stages.flatMap(({ name, fingerprint, contents }) => {
    if (contents === undefined) return [];
    const outputs = Object.entries(contents).map(([output, { kind, digest, sizeBytes }]) => [
      output,
      { kind, digest, sizeBytes },
    ]);
    return [[name, { fingerprint, outputs: Object.fromEntries(outputs) as object }] as const];
  });
  const lock = { version: 1, params: pipelineParams, stages: Object.fromEntries(made) };
  const layout = { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false };
  const text = `# Written by \`limber pipeline run\`. Commit it: \`limber pipeline pull\` fetches these outputs.\n${stringify(lock, layout)}`;
  if (readText(file) === text) return undefined;
  writeFileAtomicSync(file, text);
  return file;
}

/** Stage → fingerprint. */
export function fingerprintsOf({ stages }: PipelineLock): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stages).map(([name, { fingerprint }]) => [name, fingerprint]),
  );
}

/**
 * Checks that what was pulled is what the lock file names: a stage may make other outputs from the
 * same, on another machine for example.
 *
 * @throws {LimberError} `corrupt-data`
 */
export function checkPulled({ stages }: PipelineLock, pulled: SharedPipeline['pulled']): void {
  for (const [stage, { outputs }] of Object.entries(stages)) {
    for (const [output, { digest }] of Object.entries(pulled[stage] === undefined ? {} : outputs)) {
      const found = pulled[stage]?.[output]?.digest;
      if (found === digest) continue;
      throw new LimberError('corrupt-data', {
        where: `stage "${stage}", output "${output}"`,
        what: 'the remote store has another one than the lock file names',
        expected: digest,
        got: found ?? 'none',
        fix: 'It was made again since: take the lock file of the commit that did, or make it here.',
      });
    }
  }
}

/** The fingerprints in the lock files of a workspace: in its root and in `pipelines/`. */
export function readLockedFingerprints(workspace: string): string[] {
  return [workspace, join(workspace, 'pipelines')].flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith('.lock'))
      .flatMap((name) => Object.values(readLockFile(join(folder, name))?.stages ?? {}))
      .map(({ fingerprint }) => fingerprint),
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
