import type { Callback } from '../hooks/callback.ts';
import type { ProgressReport } from './progress-report.ts';
import { createProgressMeter, describeProgress, describeValidated } from './progress-report.ts';

/** What is counted, and how often it is shown. */
interface ProgressOptions<Batch> {
  /** Images in a batch. */
  readonly samplesOf: (batch: Batch) => number;
  /** Seconds between two lines; default: 0.2 for the bar, 5 for lines. */
  readonly everySeconds?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/** A terminal that text is written to, such as `process.stderr`. */
interface Terminal {
  readonly columns?: number;
  write(text: string): void;
}

/** Options of {@link createProgressBar}. */
export interface ProgressBarOptions<Batch> extends ProgressOptions<Batch> {
  readonly terminal: Terminal;
}

/** Options of {@link createProgressLine} and {@link createProgressJson}. */
export interface ProgressLineOptions<Batch> extends ProgressOptions<Batch> {
  /** Called with each line, without a line break. */
  readonly write: (line: string) => void;
}

/** How progress looks. */
interface ProgressStyle {
  readonly progress: (report: ProgressReport) => void;
  readonly validating?: (batch: number, batches: number) => void;
  readonly validated: (report: ProgressReport) => void;
  readonly end?: () => void;
}

const barWidth = 24;
const usualColumns = 80;
/** Back to the start of the line, and erase it. */
const clearLine = '\r\u001B[2K';

/**
 * One line at the bottom of a terminal that is drawn again and again; after each validation it stays, and a new one begins.
 * Elsewhere, as in a CI log, take the progress line.
 */
export function createProgressBar<Batch>(options: ProgressBarOptions<Batch>): Callback<Batch> {
  const { terminal } = options;
  const draw = (text: string): void => {
    terminal.write(clearLine + text.slice(0, (terminal.columns ?? usualColumns) - 1));
  };
  const end = (): void => terminal.write('\n');
  return showProgress(
    { everySeconds: 0.2, ...options },
    {
      progress: (report) => draw(`${barOf(report)}  ${describeProgress(report)}`),
      validating: (batch, batches) =>
        draw(`validating ${batch}${Number.isFinite(batches) ? `/${batches}` : ''}`),
      validated: (report) => {
        draw(describeValidated(report));
        end();
      },
      end,
    },
  );
}

/**
 * One plain line every few seconds, and one after each validation:
 * `epoch 3/20  step 120/800  train/loss 0.1234  val/AP 0.7120  85.3 images/s  2m10s left`.
 *
 * The time left counts validation and checkpoints in, by the pace so far.
 */
export function createProgressLine<Batch>(options: ProgressLineOptions<Batch>): Callback<Batch> {
  const { write } = options;
  return showProgress(options, {
    progress: (report) => write(describeProgress(report)),
    validated: (report) => write(describeValidated(report, 'validated')),
  });
}

/**
 * As the progress line, for programs: one JSON object a line, `{"event":"progress" | "validated", ...}` with the fields of a
 * {@link ProgressReport}.
 */
export function createProgressJson<Batch>(options: ProgressLineOptions<Batch>): Callback<Batch> {
  const { write } = options;
  return showProgress(options, {
    progress: (report) => write(JSON.stringify({ event: 'progress', ...report })),
    validated: (report) => write(JSON.stringify({ event: 'validated', ...report })),
  });
}

function showProgress<Batch>(
  { samplesOf, everySeconds = 5, now = () => performance.now() }: ProgressOptions<Batch>,
  style: ProgressStyle,
): Callback<Batch> {
  const meter = createProgressMeter(now);
  const end = (): void => style.end?.();
  let validated = 0;
  return {
    onTrainStart: (trainer) => meter.start(trainer),
    onTrainBatchEnd: (trainer, batch) => {
      meter.add(samplesOf(batch));
      if (meter.secondsSinceReport() >= everySeconds) style.progress(meter.report(trainer));
    },
    onValidationStart: () => {
      validated = 0;
    },
    onValidationBatchEnd: (trainer) => {
      validated++;
      if (trainer.stage === 'fit') style.validating?.(validated, trainer.numValBatches);
    },
    onValidationEnd: (trainer) => {
      if (trainer.isSanityChecking || trainer.stage !== 'fit') return;
      style.validated(meter.report(trainer));
    },
    onTrainEnd: end,
    onException: end,
  };
}

function barOf({ step, steps }: ProgressReport): string {
  const filled = steps === null ? 0 : Math.round((barWidth * step) / steps);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
