/** How a value that jitters is smoothed. */
export interface OneEuroOptions {
  /** Hz: below it, what rests is smoothed. Lower is steadier, and later. */
  readonly minCutoffHz: number;
  /** How much the cutoff rises with speed, in Hz for each unit a second: higher lags less in fast movements. */
  readonly beta: number;
  /** Hz: how the speed itself is smoothed. */
  readonly speedCutoffHz: number;
}

/** A filter of one value over time; it is called with each new value. */
export type OneEuroFilter = (value: number, seconds: number) => number;

/**
 * The 1€ filter: a low-pass filter of first order whose cutoff rises with the speed of the value, so that what rests is
 * steady and what moves does not lag.
 *
 * @returns a filter that takes values with their times, which rise, in seconds; the first comes back as it is.
 * @see Casiez, Roussel and Vogel 2012, 1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
 * Systems.
 */
export function createOneEuroFilter(options: OneEuroOptions): OneEuroFilter {
  const { minCutoffHz, beta, speedCutoffHz } = options;
  let last:
    { readonly value: number; readonly speed: number; readonly seconds: number } | undefined;
  return (value, seconds) => {
    if (last === undefined) {
      last = { value, speed: 0, seconds };
      return value;
    }
    const elapsed = seconds - last.seconds;
    if (elapsed <= 0) return last.value;
    const mix = (cutoffHz: number, next: number, before: number): number => {
      const share = 1 / (1 + 1 / (2 * Math.PI * cutoffHz * elapsed));
      return share * next + (1 - share) * before;
    };
    const speed = mix(speedCutoffHz, (value - last.value) / elapsed, last.speed);
    const smoothed = mix(minCutoffHz + beta * Math.abs(speed), value, last.value);
    last = { value: smoothed, speed, seconds };
    return smoothed;
  };
}
