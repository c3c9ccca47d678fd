import type { Callback } from '../hooks/callback.ts';
import type { ProgressReport } from './progress-report.ts';
import { createProgressMeter } from './progress-report.ts';

/** Where and how often progress is told. */
export interface ProgressLineOptions<Batch> {
  readonly write: (line: string) => void;
  /** Images in a batch. */
  readonly samplesOf: (batch: Batch) => number;
  readonly everySeconds?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/** Writes a line every few seconds, and one after each validation. */
export function tellProgress<Batch>(
  { write, samplesOf, everySeconds = 5, now = () => performance.now() }: ProgressLineOptions<Batch>,
  lineOf: (event: 'progress' | 'validated', report: ProgressReport) => string,
): Callback<Batch> {
  const meter = createProgressMeter(now);
  return {
    onTrainStart: (trainer) => meter.start(trainer),
    onTrainBatchEnd: (trainer, _module, batch) => {
      meter.add(samplesOf(batch));
      if (meter.secondsSinceReport() < everySeconds) return;
      write(lineOf('progress', meter.report(trainer)));
    },
    onValidationEnd: (trainer) => {
      if (trainer.isSanityChecking || trainer.stage !== 'fit') return;
      write(lineOf('validated', meter.report(trainer)));
    },
  };
}
