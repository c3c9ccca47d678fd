import type { Callback } from '../hooks/callback.ts';
import { formatDuration } from './format-duration.ts';
import { describeMetrics, describePosition } from './progress-report.ts';
import type { ProgressLineOptions } from './tell-progress.ts';
import { tellProgress } from './tell-progress.ts';

/**
 * One plain line every few seconds, and one after each validation:
 * `epoch 3/20  step 120/800  train/loss 0.1234  val/AP 0.7120  85.3 images/s  2m10s left`.
 *
 * The time left counts validation and checkpoints in, by the pace so far.
 */
export function createProgressLine<Batch>(options: ProgressLineOptions<Batch>): Callback<Batch> {
  return tellProgress(options, (event, report) => {
    const [position, metrics] = [describePosition(report), describeMetrics(report)];
    if (event === 'validated') return [position, 'validated', ...metrics].join('  ');
    const { secondsLeft, imagesPerSecond } = report;
    const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft * 1000)} left`];
    return [position, ...metrics, `${imagesPerSecond.toFixed(1)} images/s`, ...left].join('  ');
  });
}
