import { isLeaseLost } from '@limber/files';
import { listBlindSpots } from '../fingerprints/stage-parts.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StageReport } from '../pipeline-result.ts';
import { pushArtifact } from '../remote/share-artifact.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact, touchArtifact } from '../store/artifact.ts';
import type { Attempt } from '../store/stage-record.ts';
import { readRecord, writeRecord } from '../store/stage-record.ts';
import { viewPath } from '../store/view.ts';
import type { Acceptance } from './accept-outputs.ts';
import { acceptOutputs } from './accept-outputs.ts';
import { assessStage } from './assess-stage.ts';
import type { Execution } from './execute-stage.ts';
import { executeStage } from './execute-stage.ts';
import type { RunContext } from './run-context.ts';
import type { StageRole } from './select-stages.ts';
import type { Upstream } from './stored-part.ts';

/** A stage that this run is finished with. */
export interface SettledStage {
  readonly report: StageReport;
  /** What the stages that read it find; undefined if they cannot run. */
  readonly upstream: Upstream | undefined;
  readonly artifact?: Artifact;
}

/** How a stage is to be settled. */
export interface SettleOptions {
  readonly role: StageRole;
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
): Promise<SettledStage> {
  const { role, obstacle } = options;
  if (stage.leftOut !== undefined) {
    return blocked(stage, { outcome: 'skipped', because: stage.leftOut });
  }
  if (role === 'omit') return blocked(stage, { outcome: 'skipped', because: 'not selected' });
  if (obstacle !== undefined) {
    return role === 'reuse' ? reuseLast(stage, run) : blocked(stage, obstacle);
  }
  try {
    const { report, ...settled } = await settleSelected(stage, options, run);
    const warnings = options.isDryRun ? await warn(stage, run) : [];
    return { ...settled, report: warnings.length > 0 ? { ...report, warnings } : report };
  } catch (error) {
    if (isLeaseLost(error)) {
      const report = {
        ...emptyReport(stage),
        outcome: 'interrupted',
        error: error.message,
      } as const;
      return { report, upstream: undefined };
    }
    const { message, exitCode } = error as Error & { exitCode?: number };
    return failed(stage, message, exitCode === 2);
  }
}

async function settleSelected(
  stage: ResolvedStage,
  { role, isForced, isDryRun, accept }: SettleOptions,
  run: RunContext,
): Promise<SettledStage> {
  const started = performance.now();
  let hasWarned = false;
  for (;;) {
    const assessment = await run.use.hold(async () => {
      const found = await assessStage(stage, { ...run, isForced, isRepairing: !isDryRun });
      if (found.type === 'cached' && !isDryRun) rememberDone(stage.name, found.attempt, run);
      return found;
    });
    const seconds = (): number => (performance.now() - started) / 1000;
    if (assessment.type === 'cached') {
      const { artifact } = assessment;
      const found = { outcome: 'cached', artifact, seconds: seconds(), because: [] } as const;
      return withArtifact(stage, found, run);
    }
    if (role === 'reuse') return await reuseLast(stage, run);
    const { because } = assessment;
    const kept = stage.isFrozen && !isForced ? await findLast(stage, run) : undefined;
    if (kept !== undefined) {
      const why = [`frozen: its outputs of ${kept.finishedAt} are used`, ...because];
      return withArtifact(stage, { ...reused, artifact: kept, because: why }, run);
    }
    if (isDryRun || assessment.type === 'pending') {
      const fingerprint = assessment.type === 'stale' ? assessment.attempt.fingerprint : null;
      const report: StageReport = { ...emptyReport(stage), outcome: 'run', because, fingerprint };
      return { report, upstream: { type: 'will-run' } };
    }
    if (accept !== undefined) {
      const last = await findLast({ name: stage.name }, run);
      const artifact = await acceptOutputs(stage.name, assessment, { accept, last, run });
      rememberDone(stage.name, assessment.attempt, run);
      return withArtifact(stage, { ...reused, outcome: 'cached', artifact, because }, run);
    }
    if (!hasWarned) await warn(stage, run);
    hasWarned = true;
    const order = { stage, attempt: assessment.attempt, because, isForced };
    const execution = await executeStage(order, run);
    if (execution.type === 'outdated') continue;
    const isMade = execution.type === 'ran' || execution.type === 'cached';
    const { attempt } = execution.type === 'cached' ? execution : order;
    if (isMade) await run.use.hold(async () => rememberDone(stage.name, attempt, run));
    const isShared = execution.type === 'ran' && stage.isCached !== false;
    if (isShared) await share(stage.name, execution.artifact, run);
    return describe(execution, { stage, details: { seconds: seconds(), because }, run });
  }
}

function describe(
  execution: Exclude<Execution, { type: 'outdated' }>,
  about: {
    readonly stage: ResolvedStage;
    readonly details: Pick<StageReport, 'seconds' | 'because'>;
    readonly run: RunContext;
  },
): SettledStage {
  const { stage, details, run } = about;
  switch (execution.type) {
    case 'ran': {
      const { artifact, logFile } = execution;
      return withArtifact(stage, { outcome: 'ran', artifact, ...details, logFile }, run);
    }
    case 'cached': {
      const { artifact, from } = execution;
      const because = from === undefined ? [] : [`fetched from ${from}`];
      return withArtifact(stage, { outcome: 'cached', artifact, ...details, because }, run);
    }
    case 'interrupted': {
      const report: StageReport = { ...emptyReport(stage), outcome: 'interrupted', ...details };
      return { report, upstream: undefined };
    }
    case 'failed': {
      const { message, isInvalidInput, logFile, lastLines } = execution;
      const { report } = failed(stage, message, isInvalidInput);
      const log = logFile === undefined ? {} : { logFile, lastLines: lastLines ?? [] };
      return { report: { ...report, ...details, ...log }, upstream: undefined };
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
  return { report, upstream: undefined };
}

function failed(stage: ResolvedStage, error: string, invalidInput: boolean): SettledStage {
  const report: StageReport = { ...emptyReport(stage), outcome: 'failed', error, invalidInput };
  return { report, upstream: undefined };
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
  found: { readonly artifact: Artifact } & Pick<
    StageReport,
    'outcome' | 'seconds' | 'because' | 'logFile'
  >,
  { state }: RunContext,
): SettledStage {
  const { artifact, ...details } = found;
  const outputs = Object.entries(artifact.outputs).map(
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
  return { report, upstream: { type: 'settled', artifact, hasRun }, artifact };
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
  stage: Pick<ResolvedStage, 'name'> & Partial<Pick<ResolvedStage, 'outputs'>>,
  { state, pipeline, use }: RunContext,
): Promise<Artifact | undefined> {
  return use.hold(async () => {
    const { done } = readRecord(state, { pipeline, stage: stage.name });
    const found =
      done &&
      (await readIntactArtifact(state, done.fingerprint, {
        isRepairing: false,
        outputs: stage.outputs,
      }));
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
  const { done, unfinished } = readRecord(state, key);
  const isKnown = done?.fingerprint === fingerprint && unfinished === undefined;
  if (!isKnown) writeRecord(state, key, { done: { fingerprint, workKey, parts } });
}
