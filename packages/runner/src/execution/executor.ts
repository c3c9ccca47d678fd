import type { PipelineEvent } from '../events.ts';
import type { SlurmOptions, StageResources } from '../parsing/declared-pipeline.ts';
import type { ExecutorName } from '../parsing/pipeline-schema.ts';
import type { Plots } from '../store/artifact.ts';
import type { StageTask } from './stage-task.ts';
import type { StopSignals } from './stop-signals.ts';

/** One try to run a stage, as data. Whoever does it must see the same files. */
export interface StageWork {
  /** For people: `squat-train`. */
  readonly name: string;
  /** Of a member of a matrix: what all members are called, `squat-train`. */
  readonly matrix: string | undefined;
  readonly task: StageTask;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the task prints is appended here. */
  readonly logFile: string;
  /** After so many ms of running the task is asked to save and end. */
  readonly timeoutMs: number | undefined;
  /** The work sets this file's time to now every 2 s while it runs, once `onTicket` was called. */
  readonly heartbeat: string;
  /** Folders that are made anew, and empty, before the task begins. */
  readonly emptyFolders: readonly string[];
  /**
   * The work's own folder. That of a detached executor is there for as long as the work goes on, and
   * holds all that a later run needs to join it.
   */
  readonly folder: string;
  readonly resources: StageResources;
  /** The folder that the task, begun again, goes on from; undefined if it starts anew. */
  readonly resumedFrom: string | undefined;
  readonly slurm: SlurmOptions;
}

/** How the runner and the work that it has started speak to each other. */
export interface WorkLine {
  /**
   * `ending`: the task is asked to save and end. `killing`: all that is left of it is ended at once.
   * `lost`: another run has taken over; detached work is left to it, other work ended at once.
   */
  readonly stop: Pick<StopSignals, 'ending' | 'killing'> & { readonly lost: AbortSignal };
  /** Called once, before the task begins. */
  readonly onTicket: (ticket: string) => void;
  /**
   * Called with each line that the task prints or gives as its progress, and with what becomes of the
   * work itself (`place`: it waits in a queue, runs on a node); each source in its order.
   */
  readonly onLine: (line: string, source: LineSource) => void;
}

/** What a line is about. */
export type LineSource = Extract<PipelineEvent, { type: 'stage-line' }>['source'];

/** How the work ended. */
export type WorkOutcome =
  | {
      readonly type: 'done';
      readonly metrics: Readonly<Record<string, number>>;
      readonly plots: Plots;
      readonly provenance: Readonly<Record<string, string>>;
    }
  /** Ended because it was asked to. */
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** The task's error has `exitCode: 2`. */
      readonly isInvalidInput: boolean;
      /** Of a command. */
      readonly exitCode?: number;
      /** Nothing is wrong with the task: a machine was lost. It is tried again where the stage has `retry`. */
      readonly isTemporary?: boolean;
    };

/**
 * Runs stages' work somewhere: in processes of this machine, or in a cluster's queue. `testExecutor`
 * holds all of this contract:
 *
 * - When `run` resolves, nothing of the work runs any more and all its lines were given.
 * - A ticket is a text without line breaks that says, to any later runner on any machine that this
 *   executor serves, which work is meant. It never stands for other work, also long after.
 * - Work whose runner died has `orphanGraceMs` to end by itself, or it is cancelled. If the executor is
 *   detached, it goes on: `run` with the same folder joins it, and begins it only if it does not go on.
 */
export interface Executor {
  /** Stands before its tickets, so that a later runner knows whom to ask. */
  readonly name: ExecutorName;
  /** Whether its work takes nothing of this machine, and goes on without its runner. */
  readonly isDetached: boolean;
  /** How long work may go on saving after its runner died, in ms. */
  readonly orphanGraceMs: number;
  /** @throws {PipelineError} if no work can be started here. */
  requireReady(): void;
  /** Does the work. A task that fails is an outcome; rejects only if it could not be started. */
  run(work: StageWork, line: WorkLine): Promise<WorkOutcome>;
  /**
   * Whether the work runs, or waits to; undefined if that cannot be told from here: then its heartbeat
   * decides.
   */
  isRunning(ticket: string): Promise<boolean | undefined>;
  /** Ends the work at once, if it runs and can be seen from here, and waits until nothing of it is left. */
  cancel(ticket: string): Promise<void>;
}
