import type { StoredOutput } from './store/objects.ts';

/** The result of a run. */
export interface PipelineResult {
  readonly pipeline: string;
  readonly outcome: 'done' | 'failed' | 'interrupted';
  /** In the order of the pipeline. */
  readonly stages: readonly StageReport[];
  /**
   * All stages' metrics by their own names, those of a matrix behind their member
   * (`train@tiny-1: AP`); where two stages use one name, the later stage's.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** The pipeline's params and what was put over them, references as they are written. */
  readonly pipelineParams: Readonly<Record<string, unknown>>;
  /** The folder a person opens; null where nothing was run (dry run). */
  readonly runDir: string | null;
  readonly seconds: number;
  /** What interrupted the run. */
  readonly signal?: 'SIGINT' | 'SIGTERM';
}

/** Whether every stage was unchanged, and here already. */
export function hadNothingToDo({ stages }: Pick<PipelineResult, 'stages'>): boolean {
  return stages.every(({ outcome, because }) => outcome === 'cached' && because.length === 0);
}

/** The result of one stage. */
export interface StageReport {
  /** With the values of its matrix behind it: `train@tiny-1`. */
  readonly name: string;
  /** The values of its matrix, if it has one. */
  readonly matrix?: Readonly<Record<string, string | number | boolean>>;
  readonly outcome: StageOutcome;
  /** Time in this run. */
  readonly seconds: number;
  /** Every cause of the outcome; empty for a stage that is served from the store. */
  readonly because: readonly string[];
  /** The key of its outputs; null while that cannot be known. */
  readonly fingerprint: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Output name → absolute path, once there are outputs. To be read only. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Output name → what the store holds for it, once there are outputs. */
  readonly contents?: Readonly<Record<string, StoredOutput>>;
  /** What the stage said that its outputs were made with. */
  readonly provenance?: Readonly<Record<string, string>>;
  /** What went wrong, for a failed stage. */
  readonly error?: string;
  /** Whether it failed because of what the user gave it: a wrong file, a wrong parameter. */
  readonly invalidInput?: boolean;
  /** What may make its outputs old without notice; told by dry runs. */
  readonly warnings?: readonly string[];
  /** What the stage printed, for one that ran in this run. */
  readonly logFile?: string;
  /** The last lines of the log, for a failed stage. */
  readonly lastLines?: readonly string[];
}

/** `run` is what a dry run says of a stage that would run. */
export type StageOutcome = 'ran' | 'cached' | 'failed' | 'interrupted' | 'skipped' | 'run';
