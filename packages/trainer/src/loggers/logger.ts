/** Where a logger stands, as plain data for a checkpoint. */
export type LoggerState = Readonly<Record<string, number | string>>;

/** Takes metrics. What it writes depends on the metrics alone, so that a resumed run writes the same bytes. */
export interface Logger {
  /** Starts anew (null), or goes on from a checkpoint and drops what was written after it. */
  open(state: LoggerState | null): void;
  /** @param at.step - optimizer steps that are done. */
  logMetrics(
    metrics: Readonly<Record<string, number>>,
    at: { readonly step: number; readonly epoch: number },
  ): void;
  getState(): LoggerState;
  /** Makes everything up to now outlast a loss of power. */
  sync(): void;
  close(): void;
}
