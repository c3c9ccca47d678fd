import type { MetricsRow } from './metric-points.ts';

/** What curves can be drawn over. */
export interface ProgressAxis {
  readonly name: 'steps' | 'epochs' | 'minutes';
  /** Where a row stands; none where that is not known. */
  readonly placeOf: (row: MetricsRow) => number | undefined;
}

/**
 * The axes that the rows of a training can be drawn over: optimizer steps, epochs with their fractions, and minutes spent
 * in training steps, if they were timed.
 *
 * @param timing - rows with `stepSeconds`, the mean of the steps since the row before.
 */
export function progressAxes(
  rows: readonly MetricsRow[],
  timing: readonly MetricsRow[],
): ProgressAxis[] {
  const epochAt = epochsOf(rows);
  const minuteAt = minutesOf(timing);
  return [
    { name: 'steps', placeOf: ({ step }) => step },
    { name: 'epochs', placeOf: ({ step }) => (step === undefined ? undefined : epochAt(step)) },
    ...(timing.length === 0
      ? []
      : [{ name: 'minutes' as const, placeOf: ({ step }: MetricsRow) => step && minuteAt(step) }]),
  ];
}

/** Epochs end at the last step that any of their rows has. */
function epochsOf(rows: readonly MetricsRow[]): (step: number) => number {
  const ends = new Map<number, number>();
  for (const { step = 0, epoch = 0 } of rows) {
    ends.set(epoch, Math.max(step, ends.get(epoch) ?? 0));
  }
  const knots = [...ends].map(([epoch, step]) => ({ x: step, y: epoch + 1 }));
  return interpolate([{ x: 0, y: 0 }, ...knots]);
}

function minutesOf(timing: readonly MetricsRow[]): (step: number) => number {
  const knots = [{ x: 0, y: 0 }];
  for (const { step = 0, stepSeconds = 0 } of timing) {
    const before = knots.at(-1)!;
    // a training that went on from a checkpoint counts its steps once
    if (step > before.x)
      knots.push({ x: step, y: before.y + ((step - before.x) * stepSeconds) / 60 });
  }
  return interpolate(knots);
}

interface Knot {
  readonly x: number;
  readonly y: number;
}

/** Linear between knots, going on as between the last two. */
function interpolate(knots: readonly Knot[]): (x: number) => number {
  const sorted = knots.toSorted((a, b) => a.x - b.x);
  return (x) => {
    const found = sorted.findIndex((knot) => knot.x >= x);
    const at = found === -1 ? sorted.length - 1 : found;
    const [from, to] = [sorted[at - 1] ?? { x: 0, y: 0 }, sorted[at]!];
    return to.x === from.x ? to.y : from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
  };
}
