import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DigestCache } from '../fingerprints/digest-cache.ts';
import type { PipelineEvent } from '../events.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import {
  findLostOutputs,
  readArtifact,
  writeArtifact,
  type Artifact,
  type StoredOutput,
} from '../store/artifact.ts';
import { hashFile } from '../store/hash-file.ts';
import { takeLock } from '../store/lock.ts';
import { putFile, putTree } from '../store/objects.ts';
import { putOutput } from '../store/put-output.ts';
import { readRecord, writeRecord } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { openWorkFolder } from '../store/work-folder.ts';
import { digestFiles, type AssessedAttempt, type Upstream } from './assess-stage.ts';
import type { CpuPool } from './cpu-pool.ts';
import { describeTask } from './describe-task.ts';
import { runStageProcess, type ProcessOutcome } from './stage-process.ts';
import type { StopSignals } from './stop-signals.ts';

/** How a stage that had to run came out. */
export type Execution =
  | { readonly type: 'ran'; readonly artifact: Artifact; readonly logFile: string }
  /** Another run made the outputs in the meantime. */
  | { readonly type: 'cached'; readonly artifact: Artifact }
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly isInvalidInput: boolean;
      readonly logFile: string;
      readonly lastLines: readonly string[];
    };

/** What all stages of a run share. */
export interface RunContext {
  readonly pipeline: string;
  readonly state: StateFolder;
  readonly cache: DigestCache;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cpus: CpuPool;
  readonly stop: StopSignals;
  /** Private to this run; removed when it ends. */
  readonly staging: string;
  /** The folder that a person opens; made when it is first needed. */
  readonly runFolder: () => string;
  readonly upstream: (stage: string) => Upstream;
  readonly emit: (event: PipelineEvent) => void;
}

/**
 * Runs a stage and puts what it wrote into the store, so that its outputs appear all at once or not
 * at all. Nobody else works on the same outputs, or in the same working folder, at that time.
 */
export async function executeStage(
  stage: ResolvedStage,
  attempt: AssessedAttempt,
  because: readonly string[],
  isForced: boolean,
  run: RunContext,
): Promise<Execution> {
  const { state, stop, emit } = run;
  const lock = await takeLock(join(state.locks, attempt.workKey), {
    signal: stop.ending,
    onWait: (pid) => emit({ type: 'stage-waiting', stage: stage.name, pid }),
  });
  if (lock === undefined) return { type: 'interrupted' };
  let giveBack: (() => void) | undefined;
  try {
    const made = isForced ? undefined : await findIntact(state, attempt.fingerprint);
    if (made !== undefined) return { type: 'cached', artifact: made };
    giveBack = await run.cpus.acquire(stage.cpu);
    if (stop.ending.aborted) return { type: 'interrupted' };
    return await work(stage, attempt, because, isForced, run);
  } finally {
    giveBack?.();
    lock.release();
  }
}

async function findIntact(state: StateFolder, fingerprint: string): Promise<Artifact | undefined> {
  const artifact = readArtifact(state, fingerprint);
  if (artifact === undefined) return undefined;
  const lost = await findLostOutputs(state, artifact, { isRepairing: true });
  return lost.length === 0 ? artifact : undefined;
}

/** A failure's message is followed by this many lines of the log. */
const LAST_LINES = 20;

async function work(
  stage: ResolvedStage,
  attempt: AssessedAttempt,
  because: readonly string[],
  isForced: boolean,
  run: RunContext,
): Promise<Execution> {
  const { state, emit, environment } = run;
  const started = performance.now();
  const logFile = join(run.runFolder(), 'logs', `${stage.name}.log`);
  const folder = join(run.staging, stage.name);
  const isResumable = stage.action.type === 'module' && stage.action.definition.resumable === true;
  const owner = { pipeline: run.pipeline, stage: stage.name };
  const scratch = isResumable
    ? openWorkFolder(state, attempt.workKey, owner, { isFresh: isForced })
    : { path: join(folder, 'work'), isResumed: false };
  remember(stage.name, attempt, 'interrupted', run);
  emit({ type: 'stage-started', stage: stage.name, because, isResumed: scratch.isResumed });
  const outputs = Object.fromEntries(
    stage.outputs.map(({ name, path }) => [name, join(folder, 'outputs', path)]),
  );
  for (const path of Object.values(outputs)) mkdirSync(dirname(path), { recursive: true });
  for (const path of [folder, scratch.path]) mkdirSync(path, { recursive: true });
  const lastLines: string[] = [];
  const { task, variables } = describeTask(stage, {
    outputs,
    workDir: scratch.path,
    state,
    upstream: run.upstream,
  });
  let outcome: ProcessOutcome = await runStageProcess({
    task,
    cwd: state.workspace,
    environment: { ...environment, ...variables },
    logFile,
    stop: run.stop,
    onLine(line, source) {
      if (source === 'output' && lastLines.push(line) > LAST_LINES) lastLines.shift();
      emit({ type: 'stage-line', stage: stage.name, line, source });
    },
  });
  let stored: Record<string, StoredOutput> = {};
  if (outcome.type === 'done') {
    const problem =
      (await findChangedInput(stage, attempt, run)) ?? findMissingOutput(stage, outputs);
    if (problem !== undefined)
      outcome = { type: 'failed', message: problem, isInvalidInput: false };
    else stored = await putOutputs(outputs, state);
  }
  if (outcome.type !== 'done') {
    remember(stage.name, attempt, outcome.type, run);
    rmSync(folder, { recursive: true, force: true });
    return outcome.type === 'failed' ? { ...outcome, logFile, lastLines } : outcome;
  }
  const artifact = {
    fingerprint: attempt.fingerprint,
    outputs: stored,
    metrics: outcome.metrics,
    log: await putLog(logFile, folder, state),
    seconds: (performance.now() - started) / 1000,
    finishedAt: new Date().toISOString(),
  };
  rmSync(folder, { recursive: true, force: true });
  return { type: 'ran', artifact: writeArtifact(state, artifact), logFile };
}

function remember(
  stage: string,
  { fingerprint, workKey, parts, listings }: AssessedAttempt,
  outcome: 'failed' | 'interrupted',
  { state, pipeline }: RunContext,
): void {
  for (const entries of listings.values()) putTree(state, entries);
  const { done } = readRecord(state, pipeline, stage);
  const unfinished = { fingerprint, workKey, parts, outcome };
  writeRecord(state, pipeline, stage, done === undefined ? { unfinished } : { done, unfinished });
}

async function findChangedInput(
  stage: ResolvedStage,
  attempt: AssessedAttempt,
  { cache }: RunContext,
): Promise<string | undefined> {
  for (const input of stage.inputs) {
    if (input.type !== 'files') continue;
    const before = attempt.parts.find(({ kind, name }) => kind === 'input' && name === input.name);
    const after = await digestFiles(input, new Map(), cache);
    if (before?.value === after) continue;
    return `Input "${input.name}" (${input.labels.join(', ')}) changed while stage "${stage.name}" ran, so its result is not kept. Run again.`;
  }
  return undefined;
}

function findMissingOutput(
  stage: ResolvedStage,
  outputs: Readonly<Record<string, string>>,
): string | undefined {
  const missing = Object.keys(outputs).filter((name) => !existsSync(outputs[name]!));
  if (missing.length === 0) return undefined;
  const names = missing.map((name) => `"${name}"`).join(', ');
  return `Stage "${stage.name}" ended without writing its output ${names}.`;
}

async function putOutputs(
  outputs: Readonly<Record<string, string>>,
  state: StateFolder,
): Promise<Record<string, StoredOutput>> {
  const stored: Record<string, StoredOutput> = {};
  for (const [name, path] of Object.entries(outputs)) stored[name] = await putOutput(state, path);
  return stored;
}

async function putLog(logFile: string, folder: string, state: StateFolder): Promise<string> {
  const copy = join(folder, 'log');
  copyFileSync(logFile, copy);
  const sha256 = await hashFile(copy);
  putFile(state, copy, sha256);
  return sha256;
}
