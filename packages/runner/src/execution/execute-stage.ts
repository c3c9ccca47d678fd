import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Waiting } from '@limber/files';
import { createLifeWatch } from '@limber/files';
import { maxDurationMs } from '../parsing/quantities.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { pullArtifact } from '../remote/share-artifact.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact } from '../store/artifact.ts';
import { pureAttemptOf } from '../store/lineage.ts';
import type { Lock, LockWait } from '../store/lock.ts';
import { takeLock } from '../store/lock.ts';
import type { Attempt } from '../store/stage-record.ts';
import type { AttemptFailure, AttemptPlace, ExecutionOrder } from './attempt-stage.ts';
import { planStart } from './assess-stage.ts';
import { attemptStage } from './attempt-stage.ts';
import type { Executor } from './executor.ts';
import { waitForWorker } from './lock-worker.ts';
import type { MachineLease } from './machine-lease.ts';
import { leaseFolder, leaseMachine } from './machine-lease.ts';
import { readParts, sourcesOf } from './read-parts.ts';
import { findShortage } from './resource-pool.ts';
import type { RunContext } from './run-context.ts';

/** How a stage that had to run came out. */
export type Execution =
  | { readonly type: 'ran'; readonly artifact: Artifact; readonly logFile: string }
  /** Another run made the outputs in the meantime, or a colleague did. */
  | {
      readonly type: 'cached';
      readonly attempt: Attempt;
      readonly artifact: Artifact;
      readonly from?: string;
      /** Only its description was fetched. */
      readonly isElsewhere?: boolean;
    }
  /** Its files are needed, and it must run, but what these stages made for it is elsewhere. */
  | { readonly type: 'inputs-elsewhere'; readonly stages: readonly string[] }
  /** Something changed before it could begin: it has to be looked at again. */
  | { readonly type: 'outdated' }
  | { readonly type: 'interrupted' }
  | AttemptFailure;

/**
 * Runs a stage and puts what it wrote into the store, so that its outputs appear all at once or not
 * at all. Nobody else works on the same outputs, or in the same working folder, at that time.
 */
export async function executeStage(order: ExecutionOrder, run: RunContext): Promise<Execution> {
  const { stage, attempt, isForced } = order;
  const { state, stop, emit } = run;
  const wait = {
    signal: stop.ending,
    onWait: (waiting: Waiting) => emit({ type: 'stage-waiting', stage: stage.name, ...waiting }),
    watch: createLifeWatch(),
    work: `stage "${stage.name}" of pipeline ${run.pipeline}`,
  };
  const lock = await takeLock(join(state.locks, attempt.workKey), wait);
  if (lock === undefined) return { type: 'interrupted' };
  try {
    const fingerprint = isForced ? undefined : attempt.fingerprint;
    const chosen = run.executorOf(stage);
    const left = await waitForWorker(lock.folder, { ...wait, fingerprint, executor: chosen });
    if (left.type === 'aborted') return { type: 'interrupted' };
    const made = isForced ? undefined : await findResult(order, run);
    if (made !== undefined) return made;
    const stages = stage.inputs.flatMap(sourcesOf).filter((name) => isElsewhere(name, run));
    if (stages.length > 0) return { type: 'inputs-elsewhere', stages };
    const isJoining = left.type === 'joinable';
    const executor = isJoining ? left.executor : chosen;
    if (executor.isDetached) {
      return await begin(order, { lock, gpus: undefined, executor, isJoining }, run);
    }
    return await runWithResources(order, { lock, wait, executor }, run);
  } finally {
    lock.release();
  }
}

function isElsewhere(stage: string, { upstream }: RunContext): boolean {
  const found = upstream(stage);
  return found.type === 'settled' && found.isElsewhere;
}

async function runWithResources(
  order: ExecutionOrder,
  place: {
    readonly lock: Lock;
    readonly wait: LockWait & { readonly work: string };
    readonly executor: Executor;
  },
  run: RunContext,
): Promise<Execution> {
  const { stage } = order;
  const { stop, resources } = run;
  const { lock, wait, executor } = place;
  const shortage = findShortage(stage.resources, resources.total);
  if (shortage !== undefined) {
    const message = `Stage "${stage.name}" ${shortage}.`;
    return { type: 'failed', message, isInvalidInput: true };
  }
  const giveBack = await resources.acquire(stage.resources.cpu);
  let lease: MachineLease | undefined;
  try {
    lease = await leaseMachine(stage.resources, {
      total: resources.total,
      folder: leaseFolder(run.environment),
      ...wait,
    });
    if (lease === undefined || stop.ending.aborted) return { type: 'interrupted' };
    return await begin(order, { lock, gpus: lease.gpus, executor, isJoining: false }, run);
  } finally {
    lease?.release();
    giveBack();
  }
}

async function begin(
  order: ExecutionOrder,
  place: AttemptPlace,
  run: RunContext,
): Promise<Execution> {
  const { stage, attempt, isForced } = order;
  run.cache.forget();
  const now = await readParts(stage, run);
  const plan = await planStart(now.parts, { ...run, isForced });
  if (plan.attempt.fingerprint !== attempt.fingerprint) return { type: 'outdated' };
  return tryUntilDone(order, place, run);
}

async function tryUntilDone(
  order: ExecutionOrder,
  place: AttemptPlace,
  run: RunContext,
): Promise<Execution> {
  const { stage } = order;
  const times = stage.retry?.times ?? 0;
  for (let retry = 0; ; retry++) {
    const outcome = await attemptStage(
      { ...order, isForced: order.isForced && retry === 0 },
      { ...place, isJoining: place.isJoining && retry === 0 },
      run,
    );
    const isOver = outcome.type !== 'failed' || retry === times || !isTemporary(stage, outcome);
    if (isOver) return outcome;
    const delayMs = Math.min(stage.retry!.delay * 2 ** retry, maxDurationMs);
    const { message } = outcome;
    run.emit({
      type: 'stage-retrying',
      stage: stage.name,
      retry: retry + 1,
      times,
      delayMs,
      message,
    });
    try {
      await delay(delayMs, undefined, { signal: run.stop.ending });
    } catch {
      return { type: 'interrupted' };
    }
  }
}

/** Whether a failure is one of those that the stage declares as temporary. */
function isTemporary({ retry }: ResolvedStage, failure: AttemptFailure): boolean {
  const { exitCode, message, lastLines = [], isTemporary: isKnown = false } = failure;
  if (isKnown) return true;
  if (exitCode !== undefined && retry!.exitCodes.includes(exitCode)) return true;
  return retry!.messages.some((part) =>
    [message, ...lastLines].some((line) => line.includes(part)),
  );
}

/** What another run, or another person, has made of what is asked for, at once or by extending something. */
export async function findResult(
  { stage, attempt, isNeeded }: Pick<ExecutionOrder, 'stage' | 'attempt' | 'isNeeded'>,
  run: RunContext,
): Promise<Extract<Execution, { type: 'cached' }> | undefined> {
  const pure = pureAttemptOf(attempt);
  const asked = pure.fingerprint === attempt.fingerprint ? [attempt] : [pure, attempt];
  for (const sought of asked) {
    const made = await findStoredResult(stage, { attempt: sought, isNeeded }, run);
    if (made !== undefined) return made;
  }
  return undefined;
}

async function findStoredResult(
  { name: stage, outputs }: ResolvedStage,
  { attempt, isNeeded }: { readonly attempt: Attempt; readonly isNeeded: boolean },
  { state, remote, notAtRemote, use, emit }: RunContext,
): Promise<Extract<Execution, { type: 'cached' }> | undefined> {
  const { fingerprint } = attempt;
  const artifact = await use.hold(async () => {
    const found = await readIntactArtifact(state, fingerprint, { isRepairing: true, outputs });
    if (found !== undefined) use.rely(fingerprint);
    return found;
  });
  if (artifact !== undefined) return { type: 'cached', attempt, artifact };
  if (remote === undefined || notAtRemote.has(fingerprint)) return undefined;
  try {
    const pulled = await use.hold(async () => {
      use.rely(fingerprint);
      const { staging } = use;
      const how = { state, staging, outputs, isDescriptionEnough: !isNeeded };
      const found = await pullArtifact(remote, fingerprint, how);
      // No artifact refers to the listings of what is not fetched.
      for (const { kind, digest } of Object.values(found?.outputs ?? {})) {
        if (kind === 'folder') use.rely(digest);
      }
      return found;
    });
    const from = remote.place;
    if (pulled !== undefined) {
      return { type: 'cached', attempt, artifact: pulled, from, isElsewhere: !isNeeded };
    }
  } catch (error) {
    const line = `nothing could be fetched from ${remote.place}: ${(error as Error).message}`;
    emit({ type: 'stage-line', stage, line, source: 'warning' });
  }
  notAtRemote.add(fingerprint);
  return undefined;
}
