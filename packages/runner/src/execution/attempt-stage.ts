import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainChanges } from '../fingerprints/changes.ts';
import type { Part } from '../fingerprints/parts.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { Artifact } from '../store/artifact.ts';
import { writeArtifact } from '../store/artifact.ts';
import { pureAttemptOf } from '../store/lineage.ts';
import type { StoredOutput } from '../store/objects.ts';
import type { Lock } from '../store/lock.ts';
import { putTree } from '../store/objects.ts';
import { putCopy, putOutput } from '../store/put-output.ts';
import { readRecord, writeRecord } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { detachedFolder, noteUse, openWorkFolder } from '../store/work-folder.ts';
import type { AssessedAttempt } from './assess-stage.ts';
import { describeTask } from './describe-task.ts';
import type { Executor, WorkOutcome } from './executor.ts';
import { findInputChange } from './input-change.ts';
import { markWorker, unmarkWorker, workerFile } from './lock-worker.ts';
import { findOutputProblem } from './output-problem.ts';
import { readParts, sourcesOf } from './read-parts.ts';
import type { RunContext } from './run-context.ts';

/** What is to be run, and how. */
export interface ExecutionOrder {
  readonly stage: ResolvedStage;
  readonly attempt: AssessedAttempt;
  readonly because: readonly string[];
  readonly isForced: boolean;
  /** Whether its files are wanted here, also if the remote store has them. */
  readonly isNeeded: boolean;
}

/** Where it runs. */
export interface AttemptPlace {
  readonly lock: Lock;
  readonly executor: Executor;
  /** The GPUs of this machine that it has; undefined where the executor shares them out itself. */
  readonly gpus: readonly string[] | undefined;
  /** Whether an earlier run has begun it, and it may go on. */
  readonly isJoining: boolean;
}

/** A failure, and what a person needs to understand it. */
export interface AttemptFailure {
  readonly type: 'failed';
  readonly message: string;
  readonly isInvalidInput: boolean;
  readonly exitCode?: number;
  readonly isTemporary?: boolean;
  readonly logFile?: string;
  readonly lastLines?: readonly string[];
}

/** How one try to run a stage came out. */
export type AttemptOutcome =
  | { readonly type: 'ran'; readonly artifact: Artifact; readonly logFile: string }
  | { readonly type: 'interrupted' }
  | AttemptFailure;

/** A failure's message is followed by this many lines of the log. */
const shownLines = 20;

/** Runs a stage once, in folders of its own, and stores what it wrote. */
export async function attemptStage(
  order: ExecutionOrder,
  { lock, executor, gpus, isJoining }: AttemptPlace,
  run: RunContext,
): Promise<AttemptOutcome> {
  const { stage, attempt, because, isForced } = order;
  const { state, emit, use } = run;
  const started = performance.now();
  const logFile = join(run.runFolder(), 'logs', `${stage.name}.log`);
  const folder = executor.isDetached
    ? detachedFolder(state, attempt.workKey)
    : join(use.staging, stage.name);
  const outputs = Object.fromEntries(
    stage.outputs.map(({ name, path }) => [name, join(folder, 'outputs', path)]),
  );
  /** All that is made for this attempt alone. */
  const own = executor.isDetached && stage.resumable === undefined ? dirname(folder) : folder;
  const lastLines: string[] = [];
  const prepare = async () => {
    const owner = { pipeline: run.pipeline, stage: stage.name };
    use.rely(attempt.workKey);
    if (!isJoining) rmSync(folder, { recursive: true, force: true });
    const isResumable = stage.resumable !== undefined;
    const scratch = isResumable
      ? openWorkFolder(state, { owner, attempt, isFresh: isForced })
      : { path: join(folder, 'work'), isResumed: false };
    rememberUnfinished(order, 'interrupted', run);
    const emptyFolders = [
      join(folder, 'outputs'),
      ...Object.values(outputs).map((path) => dirname(path)),
      ...(isResumable ? [] : [scratch.path]),
    ];
    const { ending: signal } = run.stop;
    const given = { ...run, outputs, workDir: scratch.path, folder, gpus, signal };
    const described = await describeTask(stage, given);
    if (executor.isDetached) noteUse(folder, [attempt.workKey, ...upstreamKeys(stage, run)]);
    const resumedFrom = isResumable ? scratch.path : undefined;
    return { ...described, emptyFolders, resumedFrom, isResumed: scratch.isResumed };
  };
  const prepared = await use.hold(prepare).catch((error: unknown) => {
    if (!run.stop.ending.aborted) throw error;
  });
  if (prepared === undefined) return { type: 'interrupted' };
  const { task, variables, emptyFolders, resumedFrom, isResumed } = prepared;
  emit({ type: 'stage-started', stage: stage.name, because, isResumed });
  const environment = { ...run.environment, ...variables };
  const work = {
    name: `${run.pipeline}-${stage.name}`,
    matrix:
      Object.keys(stage.combination).length > 0
        ? `${run.pipeline}-${stage.declaredName}`
        : undefined,
    task,
    cwd: state.workspace,
    environment,
    logFile,
    timeoutMs: stage.timeoutMs,
    heartbeat: workerFile(lock.folder),
    emptyFolders,
    folder,
    resources: stage.resources,
    resumedFrom,
    slurm: stage.slurm,
  };
  const ended = await executor.run(work, {
    stop: { ...run.stop, lost: lock.lost },
    onTicket(ticket) {
      const { fingerprint } = attempt;
      markWorker(lock.folder, { executor, ticket, fingerprint });
    },
    onLine(line, source) {
      if (source === 'output' && lastLines.push(line) > shownLines) lastLines.shift();
      emit({ type: 'stage-line', stage: stage.name, line, source });
    },
  });
  lock.confirm();
  unmarkWorker(lock.folder);
  run.cache.forget();
  return use.hold(async () => {
    const outcome = await checkOutcome(ended, { stage, attempt, folder, outputs }, run);
    if (outcome.type !== 'done') {
      rememberUnfinished(order, outcome.type, run);
      rmSync(own, { recursive: true, force: true });
      return outcome.type === 'failed' ? { ...outcome, logFile, lastLines } : outcome;
    }
    const artifact: Artifact = {
      fingerprint: attempt.fingerprint,
      outputs: await storeOutputs(outputs, state),
      metrics: outcome.metrics,
      plots: outcome.plots,
      provenance: outcome.provenance,
      log: await putCopy(state, logFile, folder),
      seconds: (performance.now() - started) / 1000,
      finishedAt: new Date().toISOString(),
    };
    await writeArtifact(state, artifact, () => {
      lock.confirm();
      use.confirm();
    });
    use.rely(artifact.fingerprint);
    rmSync(own, { recursive: true, force: true });
    return { type: 'ran', artifact, logFile };
  });
}

/** What was made of the stages that a stage reads. */
function upstreamKeys({ inputs }: ResolvedStage, { upstream }: RunContext): string[] {
  return inputs.flatMap(sourcesOf).flatMap((name) => {
    const found = upstream(name);
    return found.type === 'settled' ? [found.artifact.fingerprint] : [];
  });
}

async function storeOutputs(
  outputs: Readonly<Record<string, string>>,
  state: StateFolder,
): Promise<Record<string, StoredOutput>> {
  const stored: Record<string, StoredOutput> = {};
  for (const [name, path] of Object.entries(outputs)) stored[name] = await putOutput(state, path);
  return stored;
}

function rememberUnfinished(
  { stage, attempt }: ExecutionOrder,
  outcome: 'failed' | 'interrupted',
  { state, pipeline }: RunContext,
): void {
  const { fingerprint, workKey, parts, listings } = attempt;
  for (const entries of listings.values()) putTree(state, entries);
  const key = { pipeline, stage: stage.name };
  const { done } = readRecord(state, key);
  const unfinished = { fingerprint, workKey, parts, outcome };
  writeRecord(state, key, done === undefined ? { unfinished } : { done, unfinished });
}

/**
 * A stage that changed what it was given, whose code or input changed while it ran, or that did not
 * write its outputs, has failed.
 */
async function checkOutcome(
  ended: WorkOutcome,
  made: {
    readonly stage: ResolvedStage;
    readonly attempt: AssessedAttempt;
    readonly folder: string;
    readonly outputs: Readonly<Record<string, string>>;
  },
  run: RunContext,
): Promise<WorkOutcome> {
  const reading = { ...run, reader: made.stage.name, folder: made.folder };
  const change = await findInputChange(made.stage, reading);
  if (ended.type === 'interrupted') return ended;
  if (ended.type === 'failed') {
    return change === undefined ? ended : { ...ended, message: `${ended.message} ${change}` };
  }
  const message =
    change ??
    (await findChange(made.stage, made.attempt, run)) ??
    findOutputProblem(made.stage, join(made.folder, 'outputs'), made.outputs);
  return message === undefined ? ended : { type: 'failed', message, isInvalidInput: false };
}

async function findChange(
  stage: ResolvedStage,
  attempt: AssessedAttempt,
  run: RunContext,
): Promise<string | undefined> {
  const { parts } = pureAttemptOf(attempt);
  const now = await readParts(stage, run);
  for (const input of stage.inputs) {
    if (input.type !== 'files') continue;
    const [before, after] = [parts, now.parts].map((all) =>
      all.find(({ kind, name }) => kind === 'input' && name === input.name),
    );
    if (before?.value === after?.value) continue;
    return `Input "${input.name}" (${input.labels.join(', ')}) changed while stage "${stage.name}" ran, so its result is not kept. Run again.`;
  }
  const filesOf = (all: readonly Part[]): Map<string, string> =>
    new Map(all.flatMap(({ kind, name, value }) => (kind === 'file' ? [[name, value]] : [])));
  const [old, current] = [filesOf(parts), filesOf(now.parts)];
  const changed = [...current.keys()].find((name) => old.get(name) !== current.get(name));
  if (changed !== undefined) {
    return `The file ${changed}, which the command of stage "${stage.name}" names, changed while it ran, so its result is not kept. If the command writes it, declare it in "outputs" and write to $LIMBER_OUTPUT_<NAME>; if not, run again.`;
  }
  const changes = explainChanges(parts, now.parts, {
    inputCause: () => undefined,
    readListing: () => undefined,
  });
  return changes.length === 0
    ? undefined
    : `While stage "${stage.name}" ran, ${changes.join(', ')}, so its result is not kept. Run again.`;
}
