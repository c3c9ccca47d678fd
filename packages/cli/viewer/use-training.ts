import { useEffect, useState } from 'preact/hooks';
import type { MetricsRow } from '../src/report/metric-points.ts';
import type { TrainingEvent } from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';

/** A training as far as it has come. */
export interface Training {
  readonly metrics: readonly MetricsRow[];
  readonly timing: readonly MetricsRow[];
  /** After which step the newest predictions were made. */
  readonly predictedStep: number | null;
  readonly problem: string | null;
}

const nothing: Training = {
  metrics: [],
  timing: [],
  predictedStep: null,
  problem: null,
};

/** Follows the training, if there is one. */
export function useTraining(hasTraining: boolean): Training {
  const [training, setTraining] = useState(nothing);
  useEffect(() => {
    if (!hasTraining) return;
    return api.listen((event) => setTraining((before) => after(before, event)));
  }, [hasTraining]);
  return training;
}

function after(before: Training, event: TrainingEvent): Training {
  switch (event.type) {
    case 'rows': {
      const [metrics, timing] = event.isAll ? [[], []] : [before.metrics, before.timing];
      return {
        ...before,
        metrics: [...metrics, ...event.metrics],
        timing: [...timing, ...event.timing],
        problem: null,
      };
    }
    case 'predictions':
      return { ...before, predictedStep: event.step };
    case 'problem':
      return { ...before, problem: event.message };
  }
}
