import { resolve } from 'node:path';
import type { PipelineEvent } from '../events.ts';
import { openDigestCache } from '../fingerprints/digest-cache.ts';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import type { ExecutorName } from '../parsing/pipeline-schema.ts';
import type { ResolvedPipeline, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import { openRemote } from '../remote/open-remote.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { stateFolder } from '../store/state-folder.ts';
import { openStoreUse, readOnlyUse } from '../store/store-use.ts';
import type { Acceptance } from './accept-outputs.ts';
import type { Executor } from './executor.ts';
import { executors } from './executors.ts';
import { createResourcePool, readMachineResources } from './resource-pool.ts';
import { sourcesOf } from './read-parts.ts';
import type { RunContext } from './run-context.ts';
import { createRunReport } from './run-report.ts';
import type { Selection, StageRole } from './select-stages.ts';
import { isNamed, selectStages } from './select-stages.ts';
import type { Obstacle, SettledStage } from './settle-stage.ts';
import { settleStage } from './settle-stage.ts';
import { listenForStop } from './stop-signals.ts';
import type { Upstream } from './stored-part.ts';

/** What to run, and how. */
export interface RunPipelineOptions extends Selection {
  /** The YAML file; relative to the workspace, or absolute. */
  readonly file: string;
  /** What `uses:` can name. */
  readonly stages: readonly StageDefinition[];
  /** `key=value` texts that replace values of the pipeline's `params`. */
  readonly overrides?: readonly string[];
  /** Folder that relative paths start from; holds `.limber/` and `runs/`. */
  readonly workspace: string;
  /** Says what would run, and why, and changes nothing. */
  readonly dryRun?: boolean;
  /** Processors to share among the stages; all of them by default. */
  readonly jobs?: number;
  /** Where all stages run, whatever the pipeline says. */
  readonly executor?: ExecutorName;
  /** After a failure, goes on with the stages that do not need what failed. */
  readonly keepGoing?: boolean;
  /** Where results are shared, instead of the pipeline's own `remote`. */
  readonly remote?: string;
  /** Runs nothing: the last outputs of a stage count as those of the stage as it is now. */
  readonly accept?: Acceptance;
  /** What makes the run, for its `run.json`: a commit, a machine. Read when the first stage starts. */
  readonly provenance?: () => Promise<object>;
  readonly onEvent?: (event: PipelineEvent) => void;
}

/**
 * Runs a pipeline: each stage as soon as those it needs are done, unless the store holds its
 * outputs already.
 *
 * A stage that fails is an outcome, and stops all that have not started (with `keepGoing`, those
 * that need it). SIGINT and SIGTERM are caught for as long as the run takes: the stages save and
 * end, and the outcome is `interrupted`. With `dryRun` nothing is run or changed; the result says
 * for each stage whether it would run, and all the causes.
 *
 * @throws {PipelineError} if the pipeline or the options are wrong; nothing has run then.
 */
export async function runPipeline(options: RunPipelineOptions): Promise<PipelineResult> {
  const workspace = resolve(options.workspace);
  const pipeline = await loadPipeline({ ...options, workspace });
  const roleOf = selectStages(pipeline.stages, options);
  const isDryRun = options.dryRun ?? false;
  const executorOf = ({ executor }: ResolvedStage): Executor =>
    executors[options.executor ?? executor];
  const used = new Set(pipeline.stages.map(executorOf));
  if (!isDryRun) used.forEach((executor) => executor.requireReady());
  const state = stateFolder(workspace);
  const environment = process.env;
  const { onEvent: emit = () => undefined } = options;
  const isShared = !isDryRun && options.accept === undefined;
  const place = isShared ? (options.remote ?? pipeline.remote) : undefined;
  const onWarning = (line: string): void => emit({ type: 'warning', line });
  const remote =
    place === undefined
      ? undefined
      : await openRemote(place, { workspace, environment, onWarning });
  const cache = openDigestCache(state.digestCache);
  const report = createRunReport(state, pipeline, { startedAt: new Date(), ...options });
  const stop = listenForStop((signal) => emit({ type: 'interrupting', signal }));
  const use = isDryRun
    ? readOnlyUse
    : await openStoreUse(state, {
        work: `pipeline ${pipeline.name}`,
        signal: stop.ending,
        onWait: (waiting) => emit({ type: 'store-waiting', ...waiting }),
      });
  const machine = readMachineResources(environment);
  emit({
    type: 'pipeline-started',
    pipeline: pipeline.name,
    stages: pipeline.stages.map(({ name }) => name),
    isDryRun,
  });
  try {
    const settled = await settleAll(
      pipeline,
      { ...options, isDryRun, roleOf },
      {
        pipeline: pipeline.name,
        state,
        cache,
        environment,
        executorOf,
        isDryRun,
        resources: createResourcePool({ ...machine, cpu: options.jobs ?? machine.cpu }),
        stop,
        use,
        remote,
        notAtRemote: new Set(),
        runFolder: report.folder,
        emit,
      },
    );
    const signal = stop.received();
    const result = await use.hold(() => report.finish(settled, { isDryRun, signal }));
    if (!isDryRun) {
      cache.save();
      state.verified.save();
    }
    emit({ type: 'pipeline-finished', result });
    return result;
  } finally {
    stop.dispose();
    use.close();
  }
}

interface Settling {
  readonly isDryRun: boolean;
  readonly accept?: Acceptance;
  readonly roleOf: (stage: string) => StageRole;
  readonly force?: readonly string[];
  readonly keepGoing?: boolean;
}

async function settleAll(
  { stages }: ResolvedPipeline,
  { isDryRun, accept, roleOf, force = [], keepGoing = false }: Settling,
  shared: Omit<RunContext, 'upstream'>,
): Promise<SettledStage[]> {
  const settled = new Map<string, Promise<SettledStage>>();
  let broken: string | undefined;
  const settle = async (stage: ResolvedStage, isNeeded: boolean): Promise<SettledStage> => {
    const role = roleOf(stage.name);
    const isForced = isNamed(stage, force) || stage.isCached === false;
    for (;;) {
      const needed = await Promise.all(stage.needs.map((name) => settled.get(name)!));
      const byName = new Map(stage.needs.map((name, index) => [name, needed[index]!]));
      const signal = shared.stop.received();
      const obstacle = findObstacle(stage, byName, { roleOf, broken, signal });
      const options = { role, isNeeded, isForced, isDryRun, accept, obstacle };
      const upstream = (name: string): Upstream => byName.get(name)!.upstream!;
      const done = await settleStage(stage, options, { ...shared, upstream });
      if (done.type === 'inputs-elsewhere') {
        done.stages.forEach(bring);
        continue;
      }
      const { outcome } = done.report;
      const isBreaking = outcome === 'interrupted' || (outcome === 'failed' && !keepGoing);
      if (isBreaking) broken ??= `stage "${stage.name}" ${past[outcome]}`;
      shared.emit({ type: 'stage-finished', report: done.report });
      return done;
    }
  };
  const isWanted = wantedStages(stages, roleOf);
  const brought = new Set<string>();
  /** Settles a stage once more, so that its files come here, or are made anew. */
  const bring = (name: string): void => {
    if (brought.has(name)) return;
    brought.add(name);
    settled.set(
      name,
      settle(
        stages.find((stage) => stage.name === name)!,
        true,
      ),
    );
  };
  for (const stage of stages) settled.set(stage.name, settle(stage, isWanted(stage.name)));
  await Promise.all(settled.values());
  // Some were settled once more meanwhile, by those that read them.
  return Promise.all(settled.values());
}

/**
 * The stages whose files are wanted, whoever has them: what no other stage of the run reads is what the
 * run is for. The rest is fetched for stages that run.
 */
function wantedStages(
  stages: readonly ResolvedStage[],
  roleOf: (stage: string) => StageRole,
): (stage: string) => boolean {
  const running = stages.filter(({ name }) => roleOf(name) === 'run');
  const read = new Set(running.flatMap(({ inputs }) => inputs.flatMap(sourcesOf)));
  return (stage) => !read.has(stage);
}

function findObstacle(
  { name: stage }: ResolvedStage,
  needed: ReadonlyMap<string, SettledStage>,
  run: {
    readonly roleOf: (stage: string) => StageRole;
    readonly broken: string | undefined;
    readonly signal: string | undefined;
  },
): Obstacle | undefined {
  for (const [name, { report, upstream }] of needed) {
    if (upstream !== undefined) continue;
    if (run.roleOf(name) === 'reuse' && run.roleOf(stage) === 'run') {
      const because = `Stage "${stage}" needs the outputs of "${name}", which are not in the store. Run without --only and --from.`;
      return { outcome: 'failed', because };
    }
    return { outcome: 'skipped', because: `needs "${name}", which ${past[report.outcome]}` };
  }
  if (run.signal !== undefined) {
    return { outcome: 'interrupted', because: `the run was ended by ${run.signal}` };
  }
  return run.broken === undefined ? undefined : { outcome: 'skipped', because: run.broken };
}

const past: Readonly<Record<string, string>> = {
  failed: 'failed',
  interrupted: 'was interrupted',
  skipped: 'was skipped',
};
