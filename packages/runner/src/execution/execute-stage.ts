import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { maxDurationMs } from '../parsing/quantities.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { pullArtifact } from '../remote/share-artifact.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact } from '../store/artifact.ts';
import { pureAttemptOf } from '../store/lineage.ts';
import { takeLock } from '../store/lock.ts';
import type { Attempt } from '../store/stage-record.ts';
import type { AttemptFailure, ExecutionOrder } from './attempt-stage.ts';
import { planStart } from './assess-stage.ts';
import { attemptStage } from './attempt-stage.ts';
import { waitForWorker } from './lock-worker.ts';
import { readParts } from './read-parts.ts';
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
    }
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
  const folder = join(state.locks, attempt.workKey);
  const lock = await takeLock(folder, {
    signal: stop.ending,
    onWait: (pid) => emit({ type: 'stage-waiting', stage: stage.name, pid }),
  });
  if (lock === undefined) return { type: 'interrupted' };
  try {
    await waitForWorker(folder);
    for (const sought of isForced ? [] : [pureAttemptOf(attempt), attempt]) {
      const made = await findStoredResult(stage.name, sought, run);
      if (made !== undefined) return made;
    }
    return await runWithResources(order, folder, run);
  } finally {
    lock.release();
  }
}

async function runWithResources(
  order: ExecutionOrder,
  lock: string,
  run: RunContext,
): Promise<Execution> {
  const { stage, attempt } = order;
  const { stop, resources, cache } = run;
  const shortage = findShortage(stage.resources, resources.total);
  if (shortage !== undefined) {
    const message = `Stage "${stage.name}" ${shortage}.`;
    return { type: 'failed', message, isInvalidInput: true };
  }
  const grant = await resources.acquire(stage.resources);
  try {
    if (stop.ending.aborted) return { type: 'interrupted' };
    cache.forget();
    const now = await readParts(stage, run);
    const plan = await planStart(now.parts, { ...run, isForced: order.isForced });
    if (plan.attempt.fingerprint !== attempt.fingerprint) return { type: 'outdated' };
    return await tryUntilDone(order, { lock, gpus: grant.gpus }, run);
  } finally {
    grant.release();
  }
}

async function tryUntilDone(
  order: ExecutionOrder,
  place: { readonly lock: string; readonly gpus: readonly string[] },
  run: RunContext,
): Promise<Execution> {
  const { stage } = order;
  const times = stage.retry?.times ?? 0;
  for (let retry = 0; ; retry++) {
    const outcome = await attemptStage(
      { ...order, isForced: order.isForced && retry === 0 },
      place,
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
  const { exitCode, message, lastLines = [] } = failure;
  if (exitCode !== undefined && retry!.exitCodes.includes(exitCode)) return true;
  return retry!.messages.some((part) =>
    [message, ...lastLines].some((line) => line.includes(part)),
  );
}

/** What another run, or another person, has made for the fingerprint. */
async function findStoredResult(
  stage: string,
  attempt: Attempt,
  { state, remote, use, emit }: RunContext,
): Promise<Extract<Execution, { type: 'cached' }> | undefined> {
  const { fingerprint } = attempt;
  const artifact = await use.hold(async () => {
    const found = await readIntactArtifact(state, fingerprint, { isRepairing: true });
    if (found !== undefined) use.rely(fingerprint);
    return found;
  });
  if (artifact !== undefined) return { type: 'cached', attempt, artifact };
  if (remote === undefined) return undefined;
  try {
    const pulled = await use.hold(() => {
      use.rely(fingerprint);
      return pullArtifact(remote, fingerprint, { state, staging: use.staging });
    });
    return pulled && { type: 'cached', attempt, artifact: pulled, from: remote.place };
  } catch (error) {
    const line = `nothing could be fetched from ${remote.place}: ${(error as Error).message}`;
    emit({ type: 'stage-line', stage, line, source: 'warning' });
    return undefined;
  }
}
