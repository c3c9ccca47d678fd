import type { Waiting } from '@limber/files';
import type { PipelineResult, StageReport } from './pipeline-result.ts';

/** What happens during a run, in order. Stages that run side by side interleave. */
export type PipelineEvent =
  | {
      readonly type: 'pipeline-started';
      readonly pipeline: string;
      readonly stages: readonly string[];
      readonly isDryRun: boolean;
    }
  /** Another process has been at work on the same outputs, or has had what the stage needs, for 2 s. */
  | ({ readonly type: 'stage-waiting'; readonly stage: string } & Waiting)
  /** Another process has been removing things from the store for 2 s. */
  | ({ readonly type: 'store-waiting' } & Waiting)
  | {
      readonly type: 'stage-started';
      readonly stage: string;
      readonly because: readonly string[];
      /** Whether it goes on from an earlier attempt's working folder. */
      readonly isResumed: boolean;
    }
  /** It failed in a way that may pass, and is tried again. */
  | {
      readonly type: 'stage-retrying';
      readonly stage: string;
      /** Counts from 1 to `times`. */
      readonly retry: number;
      readonly times: number;
      readonly delayMs: number;
      readonly message: string;
    }
  /** A line of progress, one that the stage printed, or where its work is. */
  | {
      readonly type: 'stage-line';
      readonly stage: string;
      readonly line: string;
      readonly source: 'progress' | 'output' | 'warning' | 'place';
    }
  /** What a person should know about the whole run. */
  | { readonly type: 'warning'; readonly line: string }
  /**
   * The stage has come to an end, was served from the store, or would run (dry run). Comes once more
   * for one that the remote store has, when its files turn out to be needed here.
   */
  | { readonly type: 'stage-finished'; readonly report: StageReport }
  /** SIGINT or SIGTERM: the running stages are saving. */
  | { readonly type: 'interrupting'; readonly signal: 'SIGINT' | 'SIGTERM' }
  | { readonly type: 'pipeline-finished'; readonly result: PipelineResult };
