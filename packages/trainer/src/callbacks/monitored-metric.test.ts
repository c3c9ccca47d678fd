import { expect, test } from 'vitest';
import { monitoredMetric } from './monitored-metric.ts';

const read = (callbackMetrics: Record<string, number>, strict: boolean): number | null =>
  monitoredMetric({ callbackMetrics }, { monitor: 'val/AP', where: 'Some.monitor', strict });

test('a metric that was not logged is told with those that were, or with none', () => {
  expect(read({ 'val/AP': 0 }, true)).toBe(0);
  expect(read({}, false)).toBeNull();
  const errorOf = (metrics: Record<string, number>): unknown => {
    try {
      return read(metrics, true);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(errorOf({})).toBe(
    'Some.monitor: a metric that was not logged: expected a metric that is logged, got val/AP.',
  );
  expect(errorOf({ 'train/something': 1, lr: 2 })).toBe(
    'Some.monitor: a metric that was not logged: expected one of train/something, lr, got val/AP.',
  );
});
