import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { formatDuration } from './format-duration.ts';

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
  let start = { ms: 0, step: 0 };
  let last = { ms: 0, samples: 0 };
  let samples = 0;
  const tell = (trainer: RunningTrainer): void => {
    const ms = now();
    const imagesPerSecond = ((samples - last.samples) * 1000) / Math.max(1, ms - last.ms);
    const stepsDone = trainer.globalStep - start.step;
    const stepsLeft = trainer.estimatedSteppingBatches - trainer.globalStep;
    const msLeft = ((ms - start.ms) / Math.max(1, stepsDone)) * stepsLeft;
    write(
      [
        positionOf(trainer),
        ...metricsOf(trainer),
        `${imagesPerSecond.toFixed(1)} images/s`,
        ...(Number.isFinite(msLeft) && stepsDone > 0 ? [`${formatDuration(msLeft)} left`] : []),
      ].join('  '),
    );
    last = { ms, samples };
  };
  return {
    onTrainStart: (trainer) => {
      const ms = now();
      start = { ms, step: trainer.globalStep };
      last = { ms, samples };
    },
    onTrainBatchEnd: (trainer, _module, batch) => {
      samples += samplesOf(batch);
      if (now() - last.ms >= everySeconds * 1000) tell(trainer);
    },
    onValidationEnd: (trainer) => {
      if (trainer.isSanityChecking) return;
      write([positionOf(trainer), 'validated', ...metricsOf(trainer)].join('  '));
      // the pace of training is not that of validation
      last = { ms: now(), samples };
    },
  };
}

function positionOf(trainer: RunningTrainer): string {
  const epochs = trainer.maxEpochs === -1 ? '' : `/${trainer.maxEpochs}`;
  const steps = trainer.estimatedSteppingBatches;
  const total = Number.isFinite(steps) ? `/${steps}` : '';
  return `epoch ${trainer.currentEpoch + 1}${epochs}  step ${trainer.globalStep}${total}`;
}

function metricsOf(trainer: RunningTrainer): string[] {
  return Object.entries(trainer.progressBarMetrics).map(
    ([name, value]) => `${name} ${value.toPrecision(4)}`,
  );
}
