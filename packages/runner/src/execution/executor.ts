import type { Plots } from '../store/artifact.ts';
import type { StageTask } from './stage-task.ts';
import type { StopSignals } from './stop-signals.ts';

/** One try to run a stage, as data. Whoever does it must see the same files. */
export interface StageWork {
  readonly task: StageTask;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the task prints is appended here. */
  readonly logFile: string;
  /** After so many ms of running the task is asked to save and end. */
  readonly timeoutMs: number | undefined;
  /** The work sets this file's time to now every 2 s while it runs, once \`onTicket\` was called. */
  readonly heartbeat: string;
}

/** How the runner and the work that it has started speak to each other. */
export interface WorkLine {
  /** `ending`: the task is asked to save and end. `killing`: all that is left of it is ended at once. */
  readonly stop: Pick<StopSignals, 'ending' | 'killing'>;
  /** Called once, before the task begins. */
  readonly onTicket: (ticket: string) => void;
  /** Called with each line that the task prints or gives as its progress; each source in its order. */
  readonly onLine: (line: string, source: 'progress' | 'output' | 'warning') => void;
}

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
    };

/**
 * Runs stages' work somewhere: in processes of this machine, or in a cluster's queue. `testExecutor`
 * holds all of this contract:
 *
 * - When `run` resolves, nothing of the work runs any more and all its lines were given.
 * - A ticket is a text without line breaks that says, to any later runner on any machine that this
 *   executor serves, which work is meant. It never stands for other work, also long after.
 * - Work whose runner died has `orphanGraceMs` to end by itself, or it is cancelled.
 */
export interface Executor {
  /** Stands before its tickets, so that a later runner knows whom to ask. */
  readonly name: string;
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
