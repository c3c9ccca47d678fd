import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { createProgressMeter } from './progress-report.ts';
import type { ProgressLineOptions } from './progress-line.ts';

/**
 * As the progress line, for programs: one JSON object a line, `{"event":"progress" | "validated", ...}` with the fields of a
 * {@link ProgressReport}.
 */
export function createProgressJson<Batch>({
  write,
  samplesOf,
  everySeconds = 5,
  now = () => performance.now(),
}: ProgressLineOptions<Batch>): Callback<Batch> {
  const meter = createProgressMeter(now);
  const tell = (event: 'progress' | 'validated', trainer: RunningTrainer): void =>
    write(JSON.stringify({ event, ...meter.report(trainer) }));
  return {
    onTrainStart: (trainer) => meter.start(trainer),
    onTrainBatchEnd: (trainer, _module, batch) => {
      meter.add(samplesOf(batch));
      if (meter.secondsSinceReport() >= everySeconds) tell('progress', trainer);
    },
    onValidationEnd: (trainer) => {
      if (!trainer.isSanityChecking && trainer.stage === 'fit') tell('validated', trainer);
    },
  };
}
