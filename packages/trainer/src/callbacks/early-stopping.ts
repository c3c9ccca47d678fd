import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { monitoredMetric } from './monitored-metric.ts';
import type { Progress, StoppingRules } from './judge-progress.ts';
import { judgeProgress } from './judge-progress.ts';

/** When a fit ends early. Names and defaults are Lightning's. */
export interface EarlyStoppingOptions extends Partial<StoppingRules> {
  readonly monitor: string;
  /** Whether a metric that was not logged is an error; else the check is left out. Default true. */
  readonly strict?: boolean;
  /** Checks at the ends of training epochs, for metrics of training; default: after validations, or epochs if there are none. */
  readonly checkOnTrainEpochEnd?: boolean;
  /** Called with the reason, in words, when it stops the fit. */
  readonly write?: (line: string) => void;
}

/** Ends a fit that no longer gets better. */
export interface EarlyStopping extends Callback {
  /** Why it ended the fit, for programs; `NOT_STOPPED` while it has not. */
  readonly stoppingReason: Progress['reason'];
  readonly bestScore: number | null;
  /** Checks in a row without improvement. */
  readonly waitCount: number;
  /** null while it has not stopped. */
  readonly stoppedEpoch: number | null;
}

type State = Omit<Progress, 'because'> & Pick<EarlyStopping, 'stoppedEpoch'>;

/**
 * Ends a fit when a monitored metric has not improved for `patience` checks, has reached its threshold, or is NaN or infinite.
 *
 * Patience counts checks, not epochs: with `checkValEveryNEpoch: 10`, a patience of 4 lasts 40 epochs.
 */
export function createEarlyStopping({
  monitor,
  minDelta = 0,
  patience = 3,
  mode = 'min',
  checkFinite = true,
  stoppingThreshold = null,
  divergenceThreshold = null,
  strict = true,
  checkOnTrainEpochEnd,
  write = () => {},
}: EarlyStoppingOptions): EarlyStopping {
  const rules = { minDelta, patience, mode, checkFinite, stoppingThreshold, divergenceThreshold };
  let state: State = { bestScore: null, waitCount: 0, stoppedEpoch: null, reason: 'NOT_STOPPED' };

  const check = (trainer: RunningTrainer): void => {
    if (trainer.isSanityChecking || trainer.isFastDevRun) return;
    const score = monitoredMetric(trainer, { monitor, where: 'EarlyStopping.monitor', strict });
    if (score === null) return;
    const progress = judgeProgress(state, score, rules);
    const hasStopped = progress.reason !== 'NOT_STOPPED';
    const stoppedEpoch = hasStopped ? trainer.currentEpoch : state.stoppedEpoch;
    state = { ...progress, stoppedEpoch };
    if (!hasStopped) return;
    write(`EarlyStopping (${progress.reason}): ${monitor} ${progress.because}`);
    trainer.stop();
  };
  const isAfterEpoch = (trainer: RunningTrainer): boolean =>
    checkOnTrainEpochEnd ?? trainer.numValBatches === 0;

  return {
    stateKey: `EarlyStopping(${monitor}, ${mode})`,
    get stoppingReason() {
      return state.reason;
    },
    get bestScore() {
      return state.bestScore;
    },
    get waitCount() {
      return state.waitCount;
    },
    get stoppedEpoch() {
      return state.stoppedEpoch;
    },
    onValidationEnd: (trainer) => {
      if (trainer.stage === 'fit' && !isAfterEpoch(trainer)) check(trainer);
    },
    onTrainEpochEnd: (trainer) => {
      if (isAfterEpoch(trainer)) check(trainer);
    },
    stateDict: () => {
      const { bestScore, waitCount, stoppedEpoch, reason } = state;
      return { values: { bestScore, waitCount, stoppedEpoch, reason } };
    },
    loadStateDict: ({ values }) => {
      state = values as unknown as State;
    },
  };
}
