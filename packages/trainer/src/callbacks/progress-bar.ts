import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { formatDuration } from './format-duration.ts';
import type { ProgressReport } from './progress-report.ts';
import { createProgressMeter, describeMetrics, describePosition } from './progress-report.ts';

/** A terminal that lines are written to. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): void;
}

/** Where and how often the bar is drawn. */
export interface ProgressBarOptions<Batch> {
  readonly terminal: Terminal;
  /** Images in a batch. */
  readonly samplesOf: (batch: Batch) => number;
  readonly everySeconds?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

const barWidth = 24;
const usualColumns = 80;
/** Back to the start of the line, and erase it. */
const clearLine = '\r\u001B[2K';

/**
 * One line at the bottom of a terminal that is drawn again and again; after each validation it stays, and a new one begins.
 * Elsewhere, as in a CI log, take the progress line.
 */
export function createProgressBar<Batch>({
  terminal,
  samplesOf,
  everySeconds = 0.2,
  now = () => performance.now(),
}: ProgressBarOptions<Batch>): Callback<Batch> {
  const meter = createProgressMeter(now);
  const draw = (text: string): void => {
    terminal.write(clearLine + text.slice(0, (terminal.columns ?? usualColumns) - 1));
  };
  const end = (): void => terminal.write('\n');
  const validationLine = (trainer: RunningTrainer, batch: number): string =>
    `validating ${batch + 1}/${trainer.numValBatches}`;
  return {
    onTrainStart: (trainer) => meter.start(trainer),
    onTrainBatchEnd: (trainer, _module, batch) => {
      meter.add(samplesOf(batch));
      if (meter.secondsSinceReport() < everySeconds) return;
      draw(lineOf(meter.report(trainer)));
    },
    onValidationBatchEnd: (trainer, _module, _batch, index) => {
      if (trainer.stage === 'fit') draw(validationLine(trainer, index));
    },
    onValidationEnd: (trainer) => {
      if (trainer.isSanityChecking || trainer.stage !== 'fit') return;
      const report = meter.report(trainer);
      draw([describePosition(report), ...describeMetrics(report)].join('  '));
      end();
    },
    onTrainEnd: end,
    onException: end,
  };
}

function lineOf(report: ProgressReport): string {
  const { step, steps, imagesPerSecond, secondsLeft } = report;
  const filled = steps === null ? 0 : Math.round((barWidth * step) / steps);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft * 1000)} left`];
  const pace = `${imagesPerSecond.toFixed(1)} images/s`;
  return [bar, describePosition(report), ...describeMetrics(report), pace, ...left].join('  ');
}
