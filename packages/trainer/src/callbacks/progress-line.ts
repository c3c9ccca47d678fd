import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { formatDuration } from './format-duration.ts';
import { createProgressMeter, describeMetrics, describePosition } from './progress-report.ts';

/** Where and how often progress is told. */
export interface ProgressLineOptions<Batch> {
  readonly write: (line: string) => void;
  /** Images in a batch. */
  readonly samplesOf: (batch: Batch) => number;
  readonly everySeconds?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/**
 * One plain line every few seconds, and one after each validation:
 * `epoch 3/20  step 120/800  train/loss 0.1234  val/AP 0.7120  85.3 images/s  2m10s left`.
 *
 * The time left counts validation and checkpoints in, by the pace so far.
 */
export function createProgressLine<Batch>({
  write,
  samplesOf,
  everySeconds = 5,
  now = () => performance.now(),
}: ProgressLineOptions<Batch>): Callback<Batch> {
  const meter = createProgressMeter(now);
  const tell = (trainer: RunningTrainer): void => {
    const report = meter.report(trainer);
    const { secondsLeft, imagesPerSecond } = report;
    const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft * 1000)} left`];
    const pace = `${imagesPerSecond.toFixed(1)} images/s`;
    write([describePosition(report), ...describeMetrics(report), pace, ...left].join('  '));
  };
  return {
    onTrainStart: (trainer) => meter.start(trainer),
    onTrainBatchEnd: (trainer, _module, batch) => {
      meter.add(samplesOf(batch));
      if (meter.secondsSinceReport() >= everySeconds) tell(trainer);
    },
    onValidationEnd: (trainer) => {
      if (trainer.isSanityChecking || trainer.stage !== 'fit') return;
      const report = meter.report(trainer);
      write([describePosition(report), 'validated', ...describeMetrics(report)].join('  '));
    },
  };
}
