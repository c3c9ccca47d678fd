import { isLeaseLost } from '@limber/files';
import { listBlindSpots } from '../fingerprints/stage-parts.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StageReport } from '../pipeline-result.ts';
import { pushArtifact } from '../remote/share-artifact.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact, touchArtifact } from '../store/artifact.ts';
import type { Attempt } from '../store/stage-record.ts';
import { isRecorded, keepEarlier, readRecord, writeRecord } from '../store/stage-record.ts';
import { viewPath } from '../store/view.ts';
import type { Acceptance } from './accept-outputs.ts';
import { acceptOutputs } from './accept-outputs.ts';
import { assessStage } from './assess-stage.ts';
import type { Execution } from './execute-stage.ts';
import { executeStage, findResult } from './execute-stage.ts';
import type { RunContext } from './run-context.ts';
import type { StageRole } from './select-stages.ts';
import type { Upstream } from './stored-part.ts';

/** A stage that this run is finished with, unless its files turn out to be needed here. */
export interface SettledStage {
  readonly type: 'settled';
  readonly report: StageReport;
  /** What the stages that read it find; undefined if they cannot run. */
  readonly upstream: Upstream | undefined;
}

/** A stage cannot be settled before what these stages made is here. */
export type Unsettled = Extract<Execution, { type: 'inputs-elsewhere' }>;

/** How a stage is to be settled. */
export interface SettleOptions {
  readonly role: StageRole;
  /** Whether its files are wanted here. If not, it is enough to know that the remote store has them. */
  readonly isNeeded: boolean;
  readonly isForced: boolean;
  readonly isDryRun: boolean;
  readonly accept?: Acceptance | undefined;
  readonly obstacle: Obstacle | undefined;
}

/** What keeps a stage from running: a stage that it needs, or the end of the whole run. */
export interface Obstacle {
  readonly outcome: 'skipped' | 'interrupted' | 'failed';
  readonly because: string;
}

/** Serves a stage from the store, or runs it, or says why neither is possible. */
export async function settleStage(
  stage: ResolvedStage,
  options: SettleOptions,
  run: RunContext,
): Promise<SettledStage | Unsettled> {
  const { role, obstacle } = options;
  if (stage.leftOut !== undefined) {
    return blocked(stage, { outcome: 'skipped', because: stage.leftOut });
  }
  if (role === 'omit') return blocked(stage, { outcome: 'skipped', because: 'not selected' });
  if (obstacle !== undefined) {
    return role === 'reuse' ? reuseLast(stage, run) : blocked(stage, obstacle);
  }
  try {
    const settled = await settleSelected(stage, options, run);
    const warnings = options.isDryRun ? await warn(stage, run) : [];
    if (settled.type !== 'settled' || warnings.length === 0) return settled;
    return { ...settled, report: { ...settled.report, warnings } };
  } catch (error) {
    if (isLeaseLost(error)) {
      const report = {
        ...emptyReport(stage),
        outcome: 'interrupted',
        error: error.message,
      } as const;
      return { type: 'settled', report, upstream: undefined };
    }
    const { message, exitCode } = error as Error & { exitCode?: number };
    return failed(stage, message, exitCode === 2);
  }
}

async function settleSelected(
  stage: ResolvedStage,
  { role, isNeeded, isForced, isDryRun, accept }: SettleOptions,
  run: RunContext,
): Promise<SettledStage | Unsettled> {
  const started = performance.now();
  let hasWarned = false;
  for (;;) {
    const assessment = await run.use.hold(async () => {
      const found = await assessStage(stage, { ...run, isForced, isRepairing: !isDryRun });
      if (found.type === 'cached' && !isDryRun) rememberDone(stage.name, found.attempt, run);
      return found;
    });
    if (assessment.type === 'cached') return describe(assessment, { stage, started, run });
    const { because } = assessment;
    if (role === 'reuse') {
      const last = await reuseLast(stage, run);
      const isFinal = isDryRun || last.upstream !== undefined || assessment.type === 'pending';
      if (isFinal) return last;
      const made = await findResult({ stage, attempt: assessment.attempt, isNeeded }, run);
      return made === undefined ? last : describe(made, { stage, started, run });
    }
    const kept = stage.isFrozen && !isForced ? await findLast(stage, run) : undefined;
    if (kept !== undefined) {
      const why = [`frozen: its outputs of ${kept.finishedAt} are used`, ...because];
      return withArtifact(stage, { ...reused, artifact: kept, because: why }, run);
    }
    if (isDryRun || assessment.type === 'pending') {
      const fingerprint = assessment.type === 'stale' ? assessment.attempt.fingerprint : null;
      const report: StageReport = { ...emptyReport(stage), outcome: 'run', because, fingerprint };
      return { type: 'settled', report, upstream: { type: 'will-run' } };
    }
    if (accept !== undefined) {
      const accepted = await run.use.hold(async () => {
        const found = await acceptOutputs(stage.name, assessment, { accept, run });
        rememberDone(stage.name, assessment.attempt, run);
        return found;
      });
      return withArtifact(stage, { ...reused, outcome: 'cached', ...accepted }, run);
    }
    if (!hasWarned) await warn(stage, run);
    hasWarned = true;
    const order = { stage, attempt: assessment.attempt, because, isForced, isNeeded };
    const execution = await executeStage(order, run);
    if (execution.type === 'outdated') continue;
    if (execution.type === 'inputs-elsewhere') return execution;
    const isMade = execution.type === 'ran' || execution.type === 'cached';
    const { attempt } = execution.type === 'cached' ? execution : order;
    if (isMade) await run.use.hold(async () => rememberDone(stage.name, attempt, run));
    const isShared = execution.type === 'ran' && stage.isCached !== false;
    if (isShared) await share(stage.name, execution.artifact, run);
    return describe(execution, { stage, started, because, run });
  }
}

function describe(
  execution: Exclude<Execution, { type: 'outdated' | 'inputs-elsewhere' }>,
  about: {
    readonly stage: ResolvedStage;
    /** When the stage was first looked at, in ms. */
    readonly started: number;
    readonly because?: readonly string[];
    readonly run: RunContext;
  },
): SettledStage {
  const { stage, started, because: causes = [], run } = about;
  const details = { seconds: (performance.now() - started) / 1000, because: causes };
  switch (execution.type) {
    case 'ran': {
      const { artifact, logFile } = execution;
      return withArtifact(stage, { outcome: 'ran', artifact, ...details, logFile }, run);
    }
    case 'cached': {
      const { artifact, from, isElsewhere = false } = execution;
      const because = from === undefined ? [] : [`${isElsewhere ? 'at' : 'fetched from'} ${from}`];
      const found = { outcome: 'cached', artifact, ...details, because, isElsewhere } as const;
      return withArtifact(stage, found, run);
    }
    case 'interrupted': {
      const report: StageReport = { ...emptyReport(stage), outcome: 'interrupted', ...details };
      return { type: 'settled', report, upstream: undefined };
    }
    case 'failed': {
      const { message, isInvalidInput, logFile, lastLines } = execution;
      const { report } = failed(stage, message, isInvalidInput);
      const log = logFile === undefined ? {} : { logFile, lastLines: lastLines ?? [] };
      return { type: 'settled', report: { ...report, ...details, ...log }, upstream: undefined };
    }
  }
}

/** Names what may make the stage's outputs old without notice. */
async function warn(stage: ResolvedStage, run: RunContext): Promise<readonly string[]> {
  const { workspace } = run.state;
  const lines = await listBlindSpots(stage, { ...run, workspace });
  for (const line of lines) {
    run.emit({ type: 'stage-line', stage: stage.name, line, source: 'warning' });
  }
  return lines;
}

/** Gives what was made to others. That this fails is no failure of the stage. */
async function share(
  stage: string,
  artifact: Artifact,
  { remote, state, emit }: RunContext,
): Promise<void> {
  if (remote === undefined || remote.isReadOnly) return;
  try {
    await pushArtifact(remote, state, artifact);
  } catch (error) {
    const line = `its outputs could not be sent to ${remote.place}: ${(error as Error).message}`;
    emit({ type: 'stage-line', stage, line, source: 'warning' });
  }
}

function blocked(stage: ResolvedStage, { outcome, because }: Obstacle): SettledStage {
  if (outcome === 'failed') return failed(stage, because, true);
  const report: StageReport = { ...emptyReport(stage), outcome, because: [because] };
  return { type: 'settled', report, upstream: undefined };
}

function failed(stage: ResolvedStage, error: string, invalidInput: boolean): SettledStage {
  const report: StageReport = { ...emptyReport(stage), outcome: 'failed', error, invalidInput };
  return { type: 'settled', report, upstream: undefined };
}

function emptyReport({ name, combination }: ResolvedStage): StageReport {
  return {
    name,
    ...(Object.keys(combination).length === 0 ? {} : { matrix: combination }),
    outcome: 'skipped',
    seconds: 0,
    because: [],
    fingerprint: null,
    metrics: {},
    outputs: {},
  };
}

function withArtifact(
  stage: ResolvedStage,
  found: { readonly artifact: Artifact; readonly isElsewhere?: boolean } & Pick<
    StageReport,
    'outcome' | 'seconds' | 'because' | 'logFile'
  >,
  { state }: RunContext,
): SettledStage {
  const { artifact, isElsewhere = false, ...details } = found;
  const outputs = Object.entries(isElsewhere ? {} : artifact.outputs).map(
    ([name, output]) => [name, viewPath(state, output)] as const,
  );
  const report: StageReport = {
    ...emptyReport(stage),
    ...details,
    fingerprint: artifact.fingerprint,
    metrics: artifact.metrics,
    contents: artifact.outputs,
    provenance: artifact.provenance ?? {},
    outputs: Object.fromEntries(outputs),
  };
  const hasRun = report.outcome === 'ran';
  const upstream = { type: 'settled', artifact, hasRun, isElsewhere } as const;
  return { type: 'settled', report, upstream };
}

/** How a stage comes out whose last outputs are used though they are not up to date. */
const reused = { outcome: 'skipped', seconds: 0 } as const;

/** The outputs of the last time, whatever has changed since. */
async function reuseLast(stage: ResolvedStage, run: RunContext): Promise<SettledStage> {
  const artifact = await findLast(stage, run);
  if (artifact === undefined) {
    return blocked(stage, { outcome: 'skipped', because: 'not selected, and not in the store' });
  }
  const because = [`not selected: its outputs of ${artifact.finishedAt} are used`];
  return withArtifact(stage, { ...reused, artifact, because }, run);
}

/** What the stage made last, if all of it is still there and has the outputs of the stage as it is now. */
async function findLast(
  { name: stage, outputs }: ResolvedStage,
  { state, pipeline, use }: RunContext,
): Promise<Artifact | undefined> {
  return use.hold(async () => {
    const { done } = readRecord(state, { pipeline, stage });
    const found =
      done && (await readIntactArtifact(state, done.fingerprint, { isRepairing: false, outputs }));
    if (found === undefined) return undefined;
    use.rely(found.fingerprint);
    return found;
  });
}

function rememberDone(stage: string, attempt: Attempt, { state, pipeline, use }: RunContext): void {
  const { fingerprint, workKey, parts } = attempt;
  use.rely(fingerprint);
  touchArtifact(state, fingerprint);
  const key = { pipeline, stage };
  const record = { done: { fingerprint, workKey, parts } };
  if (isRecorded(state, key, record)) return;
  const { done } = readRecord(state, key);
  if (done !== undefined && done.fingerprint !== fingerprint) keepEarlier(state, key, done);
  writeRecord(state, key, record);
}
