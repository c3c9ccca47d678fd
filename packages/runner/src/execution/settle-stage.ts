import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StageReport } from '../pipeline-result.ts';
import { findLostOutputs, readArtifact, type Artifact } from '../store/artifact.ts';
import { readRecord, writeRecord, type Attempt } from '../store/stage-record.ts';
import { viewPath } from '../store/view.ts';
import { assessStage, type Upstream } from './assess-stage.ts';
import { executeStage, type RunContext } from './execute-stage.ts';
import type { StageRole } from './select-stages.ts';

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
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const { role, isForced, isDryRun, obstacle } = options;
  if (role === 'omit') return blocked(stage, { outcome: 'skipped', because: 'not selected' });
  if (obstacle !== undefined) {
    return role === 'reuse' ? reuseLast(stage, run) : blocked(stage, obstacle);
  }
  try {
    const assessment = await assessStage(stage, { ...run, isForced, isRepairing: !isDryRun });
    if (assessment.type === 'cached') {
      if (!isDryRun) rememberDone(stage.name, assessment.attempt, run);
      return withArtifact(
        stage,
        'cached',
        assessment.artifact,
        { seconds: seconds(), because: [] },
        run,
      );
    }
    if (role === 'reuse') return await reuseLast(stage, run);
    const { because } = assessment;
    if (isDryRun || assessment.type === 'pending') {
      const report: StageReport = { ...emptyReport(stage), outcome: 'run', because };
      return { report, upstream: { type: 'will-run' } };
    }
    const { attempt } = assessment;
    const execution = await executeStage(stage, attempt, because, isForced, run);
    switch (execution.type) {
      case 'ran': {
        rememberDone(stage.name, attempt, run);
        const { artifact, logFile } = execution;
        return withArtifact(stage, 'ran', artifact, { seconds: seconds(), because, logFile }, run);
      }
      case 'cached':
        rememberDone(stage.name, attempt, run);
        return withArtifact(
          stage,
          'cached',
          execution.artifact,
          { seconds: seconds(), because: [] },
          run,
        );
      case 'interrupted': {
        const report: StageReport = {
          ...emptyReport(stage),
          outcome: 'interrupted',
          because,
          seconds: seconds(),
        };
        return { report, upstream: undefined };
      }
      case 'failed': {
        const { message, isInvalidInput, logFile, lastLines } = execution;
        const failure = failed(stage, message, isInvalidInput);
        return {
          ...failure,
          report: { ...failure.report, because, seconds: seconds(), logFile, lastLines },
        };
      }
    }
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode?: number };
    return failed(stage, message, exitCode === 2);
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

function emptyReport({ name }: ResolvedStage): StageReport {
  return {
    name,
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
  outcome: 'ran' | 'cached' | 'skipped',
  artifact: Artifact,
  details: Pick<StageReport, 'seconds' | 'because' | 'logFile'>,
  { state }: RunContext,
): SettledStage {
  const outputs = Object.entries(artifact.outputs).map(
    ([name, output]) => [name, viewPath(state, output)] as const,
  );
  const report: StageReport = {
    ...emptyReport(stage),
    outcome,
    ...details,
    fingerprint: artifact.fingerprint,
    metrics: artifact.metrics,
    outputs: Object.fromEntries(outputs),
  };
  return { report, upstream: { type: 'settled', artifact, hasRun: outcome === 'ran' }, artifact };
}

/** The outputs of the last time, whatever has changed since. */
async function reuseLast(stage: ResolvedStage, run: RunContext): Promise<SettledStage> {
  const { state, pipeline } = run;
  const last = readRecord(state, pipeline, stage.name).done?.fingerprint;
  const artifact = last === undefined ? undefined : readArtifact(state, last);
  const isUsable =
    artifact !== undefined &&
    stage.outputs.every(({ name }) => Object.hasOwn(artifact.outputs, name)) &&
    (await findLostOutputs(state, artifact, { isRepairing: false })).length === 0;
  if (isUsable) {
    const because = [`not selected: its outputs of ${artifact.finishedAt} are used`];
    return withArtifact(stage, 'skipped', artifact, { seconds: 0, because }, run);
  }
  return blocked(stage, { outcome: 'skipped', because: 'not selected, and not in the store' });
}

function rememberDone(stage: string, attempt: Attempt, { state, pipeline }: RunContext): void {
  const record = readRecord(state, pipeline, stage);
  const isKnown =
    record.done?.fingerprint === attempt.fingerprint && record.unfinished === undefined;
  if (isKnown) return;
  const { fingerprint, workKey, parts } = attempt;
  writeRecord(state, pipeline, stage, { done: { fingerprint, workKey, parts } });
}
