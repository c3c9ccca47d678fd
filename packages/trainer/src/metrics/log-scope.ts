import { LimberError } from '@limber/files';
import type { LogOptions, MetricCollection } from './metric-collection.ts';

/** What `log` writes to. */
export type LogTarget = Pick<MetricCollection, 'record'>;

/**
 * A collection as hooks around an epoch see it: there is no step there, so that what is logged counts for the epoch.
 *
 * Defaults as in Lightning's table of hooks.
 *
 * @returns a target that throws {LimberError} `invalid-argument` for a value of a step.
 */
export function ofEpoch(metrics: LogTarget): LogTarget {
  return {
    record: (name, value, options = {}) => {
      if (options.onStep === true) throw noStep(name, options, 'onEpoch, without onStep');
      metrics.record(name, value, { onStep: false, onEpoch: true, ...options });
    },
  };
}

/**
 * A collection as an evaluation pass sees it: of a value that is logged by batch, its reduction over the pass is kept.
 *
 * @returns a target that throws {LimberError} `invalid-argument` for a value of a batch alone.
 */
export function ofPass(metrics: LogTarget): LogTarget {
  return {
    record: (name, value, options = {}) => {
      if (options.onEpoch === false) throw noStep(name, options, 'onEpoch, with or without onStep');
      metrics.record(name, value, options);
    },
  };
}

function noStep(name: string, options: LogOptions, expected: string): LimberError {
  return new LimberError('invalid-argument', {
    where: `log("${name}")`,
    what: 'a value of a step, where no step is logged',
    expected,
    got: JSON.stringify(options),
  });
}
