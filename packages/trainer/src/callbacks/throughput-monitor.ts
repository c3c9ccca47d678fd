import type { Callback } from '../hooks/callback.ts';
import type { Logger } from '../loggers/logger.ts';

/** What is measured, and where it goes. */
export interface ThroughputMonitorOptions<Batch> {
  /** A logger for this alone, since its values differ from run to run. Opened and closed by the caller. */
  readonly logger: Logger;
  /** Images in a batch. */
  readonly samplesOf: (batch: Batch) => number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/**
 * Logs, with every step that is logged: `imagesPerSecond` and `stepSeconds` of the training loop (without validation and
 * checkpoints), `dataWaitShare` of it, `memoryBytes` of the process, and `tensors` alive in
 * it.
 */
export function createThroughputMonitor<Batch>({
  logger,
  samplesOf,
  now = () => performance.now(),
}: ThroughputMonitorOptions<Batch>): Callback<Batch> {
  let window = { computeMs: 0, samples: 0, batches: 0, waitMsBefore: 0 };
  let batchStart = 0;
  return {
    onTrainStart: (trainer) => {
      window = { computeMs: 0, samples: 0, batches: 0, waitMsBefore: trainer.dataWaitMs };
    },
    onTrainBatchStart: () => {
      batchStart = now();
    },
    onTrainBatchEnd: (trainer, batch) => {
      window.computeMs += now() - batchStart;
      window.samples += samplesOf(batch);
      window.batches++;
      if (!trainer.isLoggingStep) return;
      const waitMs = trainer.dataWaitMs - window.waitMsBefore;
      const totalMs = waitMs + window.computeMs;
      logger.logMetrics(
        {
          imagesPerSecond: round((window.samples * 1000) / totalMs),
          stepSeconds: round(totalMs / 1000 / window.batches),
          dataWaitShare: round(waitMs / totalMs),
          memoryBytes: process.memoryUsage.rss(),
          tensors: trainer.engine.tf.memory().numTensors,
        },
        { step: trainer.globalStep, epoch: trainer.currentEpoch, samples: trainer.samplesSeen },
      );
      window = { computeMs: 0, samples: 0, batches: 0, waitMsBefore: trainer.dataWaitMs };
    },
  };
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
