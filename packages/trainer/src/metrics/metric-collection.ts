import type { Engine, Scalar } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Reduction } from './reduction.ts';
import { addToReduction, emptyReduction, resultOfReduction } from './reduction.ts';

/** A number, or a tensor of one number that is read when it is needed. */
export type MetricValue = number | Scalar;

/** How a metric is treated. */
export interface LogOptions {
  /** Whether the progress line shows it. */
  readonly progressBar?: boolean;
  /** Whether its value of a step is logged; default: in training. */
  readonly onStep?: boolean;
  /** Whether its reduction over the epoch is logged; default: in validation. With both, `_step` and `_epoch` are appended. */
  readonly onEpoch?: boolean;
  /** What an epoch makes of it. */
  readonly reduce?: Reduction['type'];
  /** Weight of this value in a mean: how many samples it stands for. */
  readonly batchSize?: number;
}

type Settings = Required<Omit<LogOptions, 'batchSize'>>;

interface Entry {
  readonly settings: Settings;
  reduction: Reduction;
  /** What was logged and not read yet, oldest first. */
  pending: { readonly value: MetricValue; readonly weight: number }[];
  latest: number | null;
  isOfThisStep: boolean;
}

/** The entries of a collection as plain data; holds no tensors. */
export type MetricCollectionState = Readonly<
  Record<string, { readonly settings: Settings; readonly reduction: Reduction }>
>;

/** What was logged in one epoch. Tensors are kept and read together, since reading waits for the device. */
export interface MetricCollection {
  record(name: string, value: MetricValue, options?: LogOptions): void;
  /** Reads what is pending, waiting for the device without blocking. */
  settle(): Promise<void>;
  /** Values of the current step that are logged by step, by logged name. Reads what is pending. */
  stepMetrics(which?: 'logged' | 'progress-bar'): Record<string, number>;
  /** Forgets that values belong to the current step. */
  endStep(): void;
  /** Reductions so far, by logged name. Reads what is pending. */
  epochMetrics(which?: 'logged' | 'progress-bar'): Record<string, number>;
  getState(): MetricCollectionState;
  /** Forgets everything, and takes up a state. */
  reset(state?: MetricCollectionState): void;
}

/** @param defaults - where a metric goes when it is logged without saying so. */
export function createMetricCollection(
  { tf }: Engine,
  defaults: { readonly onStep: boolean; readonly onEpoch: boolean },
): MetricCollection {
  const entries = new Map<string, Entry>();

  const take = (entry: Entry, value: number, weight: number): void => {
    entry.latest = value;
    if (entry.settings.onEpoch) entry.reduction = addToReduction(entry.reduction, value, weight);
  };

  const read = (entry: Entry): void => {
    for (const { value, weight } of entry.pending) {
      take(entry, typeof value === 'number' ? value : value.dataSync()[0]!, weight);
    }
    drop(entry.pending);
    entry.pending = [];
  };

  const settle = async (entry: Entry): Promise<void> => {
    const { pending } = entry;
    if (pending.length === 0) return;
    entry.pending = [];
    try {
      const values = await Promise.all(
        pending.map(async ({ value }) =>
          typeof value === 'number' ? value : (await value.data())[0]!,
        ),
      );
      for (const [at, { weight }] of pending.entries()) take(entry, values[at]!, weight);
    } finally {
      drop(pending);
    }
  };

  const select = (
    which: 'logged' | 'progress-bar',
    scope: 'onStep' | 'onEpoch',
    valueOf: (entry: Entry) => number | null,
  ): Record<string, number> => {
    const metrics: Record<string, number> = {};
    for (const [name, entry] of entries) {
      const { settings } = entry;
      if (!settings[scope] || (which === 'progress-bar' && !settings.progressBar)) continue;
      read(entry);
      const value = valueOf(entry);
      const isForked = settings.onStep && settings.onEpoch;
      const suffix = scope === 'onStep' ? '_step' : '_epoch';
      if (value !== null) metrics[isForked ? name + suffix : name] = value;
    }
    return metrics;
  };

  return {
    record: (name, value, options = {}) => {
      const { batchSize = 1, ...given } = options;
      const settings: Settings = { ...defaults, progressBar: false, reduce: 'mean', ...given };
      let entry = entries.get(name);
      if (entry === undefined) {
        const reduction = emptyReduction(settings.reduce);
        entry = { settings, reduction, pending: [], latest: null, isOfThisStep: false };
        entries.set(name, entry);
      } else if (JSON.stringify(settings) !== JSON.stringify(entry.settings)) {
        throw differentSettings(name, entry.settings, settings);
      }
      if (!settings.onEpoch) drop(entry.pending);
      const kept = typeof value === 'number' ? value : tf.keep(value.clone());
      entry.pending = settings.onEpoch ? entry.pending : [];
      entry.pending.push({ value: kept, weight: batchSize });
      entry.isOfThisStep = true;
    },
    settle: async () => {
      await Promise.all([...entries.values()].map(settle));
    },
    stepMetrics: (which = 'logged') =>
      select(which, 'onStep', (entry) => (entry.isOfThisStep ? entry.latest : null)),
    endStep: () => {
      for (const entry of entries.values()) entry.isOfThisStep = false;
    },
    epochMetrics: (which = 'logged') =>
      select(which, 'onEpoch', (entry) => resultOfReduction(entry.reduction)),
    getState: () => {
      const state: Record<string, MetricCollectionState[string]> = {};
      for (const [name, entry] of entries) {
        read(entry);
        state[name] = { settings: entry.settings, reduction: entry.reduction };
      }
      return state;
    },
    reset: (state = {}) => {
      for (const entry of entries.values()) drop(entry.pending);
      entries.clear();
      for (const [name, { settings, reduction }] of Object.entries(state)) {
        entries.set(name, { settings, reduction, pending: [], latest: null, isOfThisStep: false });
      }
    },
  };
}

function drop(pending: Entry['pending']): void {
  for (const { value } of pending) if (typeof value !== 'number') value.dispose();
}

function differentSettings(name: string, before: Settings, now: Settings): LimberError {
  return new LimberError('invalid-argument', {
    where: `log("${name}")`,
    what: 'logged in one epoch with different options',
    expected: JSON.stringify(before),
    got: JSON.stringify(now),
    fix: 'Give each metric a name of its own.',
  });
}
