/** Where a logger stands, as plain data for a checkpoint. */
export type LoggerState = Readonly<Record<string, number | string>>;

/** How a run ended: `interrupted` by the signal, `failed` by anything else that was thrown. */
export type RunOutcome = 'finished' | 'interrupted' | 'failed';

/** Where in a run something was logged: the possible x-axes. */
export interface LogPoint {
  /** Optimizer steps that are done. */
  readonly step: number;
  /** Counted from 0. */
  readonly epoch: number;
  /** Samples that were trained on. */
  readonly samples: number;
}

/** An RGB image for a logger. */
export interface LoggedImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Takes metrics. What it writes depends on the metrics alone, so that a resumed run writes the same bytes. */
export interface Logger {
  /** What it writes, such as `jsonl`: its state in a checkpoint is found by it. */
  readonly type: string;
  /** Starts anew (null), or goes on from a checkpoint and drops what was written after it. */
  open(state: LoggerState | null): void | Promise<void>;
  logMetrics(metrics: Readonly<Record<string, number>>, at: LogPoint): void;
  /** Not every logger takes images. */
  logImage?(name: string, image: LoggedImage, at: LogPoint): void;
  /** Not every logger draws histograms. */
  logHistogram?(name: string, values: Float32Array, at: LogPoint): void;
  getState(): LoggerState;
  /** Makes everything up to now outlast a loss of power. */
  sync(): void | Promise<void>;
  /** @param outcome - how the run ended; default: finished. */
  close(outcome?: RunOutcome): void | Promise<void>;
}
