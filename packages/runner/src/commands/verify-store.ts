import { resolve } from 'node:path';
import type { Waiting } from '@limber/files';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import { openRemote } from '../remote/open-remote.ts';
import type { RemoteStore } from '../remote/remote-store.ts';
import { pullArtifact } from '../remote/share-artifact.ts';
import type { StageDefinition } from '../stage-definition.ts';
import type { Artifact } from '../store/artifact.ts';
import {
  findLostOutputs,
  listArtifactObjects,
  readArtifact,
  removeArtifact,
  writeArtifact,
} from '../store/artifact.ts';
import { checkFile, objectPath } from '../store/objects.ts';
import { removeOwn } from '../store/own-folder.ts';
import { listStored } from '../store/read-if-there.ts';
import { listRecords } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { objectNameSchema, sha256Schema } from '../store/stored-names.ts';
import { openStoreUse } from '../store/store-use.ts';

/** What is to be verified. */
export interface VerifyOptions {
  readonly workspace: string;
  /** Where lost outputs are fetched from, instead of the remote store of `pipeline`. */
  readonly remote?: string;
  /** The pipeline whose remote store is used. */
  readonly pipeline?: { readonly file: string; readonly stages: readonly StageDefinition[] };
  /** Called once with a process that has been waited for for 2 s. */
  readonly onWait?: (waiting: Waiting) => void;
  /** Called with what the remote store cannot do. */
  readonly onWarning?: (line: string) => void;
}

/** What the store holds, and what was wrong with it. */
export interface VerifiedStore {
  readonly artifacts: number;
  readonly objects: number;
  readonly damaged: readonly DamagedResult[];
}

/** Something that was not as it had been stored. */
export interface DamagedResult {
  /** `pipeline/stage`, for each that has this result; none for files that no result needs. */
  readonly stages: readonly string[];
  readonly problems: readonly string[];
  /** `lost`: it was removed, so that the next run makes it again. */
  readonly outcome: 'healed' | 'lost';
}

/**
 * Reads everything in a workspace's store and compares it with its digests. What is damaged is fetched
 * from the remote store, or else removed. Runs may go on meanwhile.
 *
 * @throws {PipelineError} if the pipeline or the remote store is wrong.
 */
export async function verifyStore(options: VerifyOptions): Promise<VerifiedStore> {
  const workspace = resolve(options.workspace);
  const pipeline = options.pipeline && (await loadPipeline({ ...options.pipeline, workspace }));
  const place = options.remote ?? pipeline?.remote;
  const { onWarning = () => undefined } = options;
  const remote =
    place === undefined
      ? undefined
      : await openRemote(place, { workspace, environment: process.env, onWarning });
  const state = stateFolder(workspace);
  const use = await openStoreUse(state, { work: 'limber pipeline verify', onWait: options.onWait });
  const damaged: DamagedResult[] = [];
  const fingerprints = listStored(state.artifacts).map((name) => name.replace('.json', ''));
  const objects = new Set<string>();
  try {
    for (const fingerprint of fingerprints) {
      await use.hold(async () => {
        const problems = await examine(state, fingerprint);
        if (problems.length > 0) {
          const stages = stagesOf(state, fingerprint);
          damaged.push({
            stages,
            ...(await heal(fingerprint, problems, { state, remote, staging: use.staging })),
          });
        }
        const artifact = readArtifact(state, fingerprint);
        for (const object of artifact ? listArtifactObjects(state, artifact) : [])
          objects.add(object);
      });
    }
    for (const object of listStored(state.objects)) {
      if (objects.has(object) || !objectNameSchema.safeParse(object).success) continue;
      objects.add(object);
      const found = await checkFile(objectPath(state, object), object);
      if (found !== 'damaged') continue;
      removeOwn(state.objects, objectPath(state, object));
      damaged.push({ stages: [], problems: [`file ${object} is damaged`], outcome: 'lost' });
    }
    state.verified.save();
  } finally {
    use.close();
  }
  return { artifacts: fingerprints.length, objects: objects.size, damaged };
}

/** What is wrong with an artifact; what is damaged of it is removed. */
async function examine(state: StateFolder, fingerprint: string): Promise<string[]> {
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  const artifact = readArtifact(state, fingerprint, { onProblem });
  if (artifact === undefined) removeArtifact(state, fingerprint);
  else {
    const lost = await findLostOutputs(state, artifact, { isRepairing: true, isThorough: true });
    problems.push(...lost.map(({ output, problem }) => `output ${output} is ${problem}`));
    problems.push(...(await examineLog(state, artifact)));
  }
  return problems;
}

/** A result is worth keeping without its log. */
async function examineLog(state: StateFolder, artifact: Artifact): Promise<string[]> {
  if (artifact.log === null) return [];
  const path = objectPath(state, artifact.log);
  const found = await checkFile(path, artifact.log);
  if (found === 'intact') return [];
  removeOwn(state.objects, path);
  if (readArtifact(state, artifact.fingerprint) !== undefined) {
    await writeArtifact(state, { ...artifact, log: null });
  }
  return [`its log is ${found}`];
}

async function heal(
  fingerprint: string,
  problems: readonly string[],
  from: {
    readonly state: StateFolder;
    readonly remote: RemoteStore | undefined;
    readonly staging: string;
  },
): Promise<Pick<DamagedResult, 'problems' | 'outcome'>> {
  const { remote } = from;
  if (remote === undefined || !sha256Schema.safeParse(fingerprint).success) {
    return { problems, outcome: 'lost' };
  }
  try {
    const pulled = await pullArtifact(remote, fingerprint, from);
    if (pulled !== undefined) return { problems, outcome: 'healed' };
    return { problems: [...problems, `${remote.place} does not have it`], outcome: 'lost' };
  } catch (error) {
    return { problems: [...problems, (error as Error).message], outcome: 'lost' };
  }
}

function stagesOf(state: StateFolder, fingerprint: string): string[] {
  return listRecords(state)
    .filter(({ record }) => record.done?.fingerprint === fingerprint)
    .map(({ key }) => `${key.pipeline}/${key.stage}`);
}
