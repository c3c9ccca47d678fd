import { LimberError, nearestName } from '@limber/files';
import type { RunningTrainer } from '../hooks/running-trainer.ts';

/** Which metric a callback monitors. */
export interface Monitored {
  readonly monitor: string;
  /** The option that names it, for the error. */
  readonly where: string;
  /** Whether a metric that was not logged is an error. */
  readonly strict: boolean;
}

/**
 * The newest value of a metric that a callback monitors.
 *
 * @returns null if it was not logged and `strict` is false.
 * @throws {LimberError} `invalid-argument` naming the nearest metric that was.
 */
export function monitoredMetric(
  trainer: Pick<RunningTrainer, 'callbackMetrics'>,
  { monitor, where, strict }: Monitored,
): number | null {
  const metrics = trainer.callbackMetrics;
  const score = metrics[monitor];
  if (score !== undefined) return score;
  if (!strict) return null;
  const known = Object.keys(metrics);
  const nearest = nearestName(monitor, known);
  throw new LimberError('invalid-argument', {
    where,
    what: 'a metric that was not logged',
    expected: known.length === 0 ? 'a metric that is logged' : `one of ${known.join(', ')}`,
    got: monitor,
    ...(nearest === undefined ? {} : { fix: `Did you mean "${nearest}"?` }),
  });
}
