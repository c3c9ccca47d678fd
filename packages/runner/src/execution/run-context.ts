import type { PipelineEvent } from '../events.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { RemoteStore } from '../remote/remote-store.ts';
import type { StoreUse } from '../store/store-use.ts';
import type { Executor } from './executor.ts';
import type { PartsContext } from './read-parts.ts';
import type { ResourcePool } from './resource-pool.ts';
import type { StopSignals } from './stop-signals.ts';

/** What all stages of a run share. */
export interface RunContext extends PartsContext {
  readonly pipeline: string;
  /** Where a stage runs. */
  readonly executorOf: (stage: ResolvedStage) => Executor;
  readonly resources: ResourcePool;
  readonly stop: StopSignals;
  readonly use: StoreUse;
  readonly remote: RemoteStore | undefined;
  /** Fingerprints that the remote store was asked for in vain. */
  readonly notAtRemote: Set<string>;
  /** The folder that a person opens; made when it is first needed. */
  readonly runFolder: () => string;
  readonly emit: (event: PipelineEvent) => void;
}
