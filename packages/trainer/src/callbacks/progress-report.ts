import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { formatDuration } from './format-duration.ts';

/** Where a fit is, as numbers. */
export interface ProgressReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** null: without end. */
  readonly epochs: number | null;
  readonly step: number;
  /** null: without end. */
  readonly steps: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly imagesPerSecond: number;
  /** By the pace so far, validation and checkpoints counted in; null before the first step, or without end. */
  readonly secondsLeft: number | null;
}

/** Measures the pace of a fit. */
export interface ProgressMeter {
  /** From here on. */
  start(trainer: RunningTrainer): void;
  /** So many more samples were trained on. */
  add(samples: number): void;
  /** Seconds since the last report, or the start. */
  secondsSinceReport(): number;
  report(trainer: RunningTrainer): ProgressReport;
}

/** @param now - milliseconds from any start. */
export function createProgressMeter(now: () => number): ProgressMeter {
  let start = { ms: 0, step: 0 };
  let last = { ms: 0, samples: 0 };
  let samples = 0;
  return {
    start: (trainer) => {
      start = { ms: now(), step: trainer.globalStep };
      last = { ms: start.ms, samples };
    },
    add: (count) => {
      samples += count;
    },
    secondsSinceReport: () => (now() - last.ms) / 1000,
    report: (trainer) => {
      const ms = now();
      const { maxEpochs, currentEpoch, globalStep, estimatedSteppingBatches } = trainer;
      const stepsDone = globalStep - start.step;
      const stepsLeft = estimatedSteppingBatches - globalStep;
      const secondsLeft = ((ms - start.ms) / 1000 / Math.max(1, stepsDone)) * stepsLeft;
      const imagesPerSecond = ((samples - last.samples) * 1000) / Math.max(1, ms - last.ms);
      last = { ms, samples };
      return {
        epoch: currentEpoch + 1,
        epochs: maxEpochs === -1 ? null : maxEpochs,
        step: globalStep,
        steps: Number.isFinite(estimatedSteppingBatches) ? estimatedSteppingBatches : null,
        metrics: trainer.progressBarMetrics,
        imagesPerSecond,
        secondsLeft: Number.isFinite(secondsLeft) && stepsDone > 0 ? secondsLeft : null,
      };
    },
  };
}

/** `epoch 3/20  step 120/800  train/loss 0.1234  val/AP 0.7120  85.3 images/s  2m10s left`. */
export function describeProgress(report: ProgressReport): string {
  const { metrics, imagesPerSecond, secondsLeft } = report;
  const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft * 1000)} left`];
  const pace = `${imagesPerSecond.toFixed(1)} images/s`;
  return [describePosition(report), ...describeMetrics(metrics), pace, ...left].join('  ');
}

/** `epoch 3/20  step 120/800  train/loss 0.1234  val/AP 0.7120`, with a word after the position. */
export function describeValidated(report: ProgressReport, ...words: string[]): string {
  return [describePosition(report), ...words, ...describeMetrics(report.metrics)].join('  ');
}

function describePosition({ epoch, epochs, step, steps }: ProgressReport): string {
  const of = (total: number | null): string => (total === null ? '' : `/${total}`);
  return `epoch ${epoch}${of(epochs)}  step ${step}${of(steps)}`;
}

function describeMetrics(metrics: ProgressReport['metrics']): string[] {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
}
