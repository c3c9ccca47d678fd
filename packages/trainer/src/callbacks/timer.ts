import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';

/** How long a fit may take. */
export interface TimerOptions {
  /** Infinity only measures. */
  readonly durationSeconds?: number;
  /** Where it looks at the clock. */
  readonly interval?: 'step' | 'epoch';
  /** Called with a line when the time is over. */
  readonly write?: (line: string) => void;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/** Measures a fit, over all processes of it, and ends it when its time is over. */
export interface Timer extends Callback {
  /** Training with its validations, in seconds. */
  readonly timeElapsedSeconds: number;
  readonly timeRemainingSeconds: number;
}

/** Ends a fit after a while. The current step or epoch is finished; what ran before an interruption counts. */
export function createTimer({
  durationSeconds = Infinity,
  interval = 'step',
  write = () => {},
  now = () => performance.now(),
}: TimerOptions = {}): Timer {
  let secondsBefore = 0;
  let startedAt: number | null = null;
  const elapsed = (): number =>
    secondsBefore + (startedAt === null ? 0 : (now() - startedAt) / 1000);
  const check = (trainer: RunningTrainer): void => {
    if (elapsed() < durationSeconds) return;
    write(`The time of ${durationSeconds} seconds is over: training stops.`);
    trainer.stop();
  };
  const pause = (): void => {
    secondsBefore = elapsed();
    startedAt = null;
  };
  return {
    stateKey: 'Timer',
    get timeElapsedSeconds() {
      return elapsed();
    },
    get timeRemainingSeconds() {
      return Math.max(0, durationSeconds - elapsed());
    },
    onTrainStart: (trainer) => {
      startedAt = now();
      check(trainer);
    },
    onTrainBatchEnd: (trainer) => {
      if (interval === 'step') check(trainer);
    },
    onTrainEpochEnd: (trainer) => {
      if (interval === 'epoch') check(trainer);
    },
    onTrainEnd: pause,
    onException: pause,
    stateDict: () => ({ values: { elapsedSeconds: elapsed() } }),
    loadStateDict: ({ values }) => {
      secondsBefore = (values as { readonly elapsedSeconds: number }).elapsedSeconds;
    },
  };
}
