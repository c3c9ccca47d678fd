import type { LoggerState, LogPoint } from './logger.ts';

/**
 * What a curve is drawn over: optimizer steps, epochs, samples, or seconds of training. Seconds are different in every run; a
 * log without them is the same bytes.
 */
export type XAxis = keyof LogPoint | 'seconds';

/** Where a log stands on each of its axes. */
export interface XAxes {
  /** Starts the clock, from where it stood at a checkpoint. */
  open(state: LoggerState | null): void;
  valuesOf(at: LogPoint): Readonly<Record<string, number>>;
  getState(): LoggerState;
}

/** @param now - milliseconds from any start; looked at for `seconds` alone. */
export function createXAxes(axes: readonly XAxis[], now: () => number): XAxes {
  const hasClock = axes.includes('seconds');
  let secondsBefore = 0;
  let startedAt = 0;
  const seconds = (): number => Number((secondsBefore + (now() - startedAt) / 1000).toFixed(3));
  return {
    open: (state) => {
      secondsBefore = Number(state?.['seconds'] ?? 0);
      if (hasClock) startedAt = now();
    },
    valuesOf: (at) =>
      Object.fromEntries(axes.map((axis) => [axis, axis === 'seconds' ? seconds() : at[axis]])),
    getState: () => (hasClock ? { seconds: seconds() } : {}),
  };
}
