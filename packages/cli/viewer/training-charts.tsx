import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ProgressAxis } from '../src/report/progress-axes.ts';
import { progressAxes } from '../src/report/progress-axes.ts';
import { trainingCurves } from '../src/report/training-curves.ts';
import { Chart } from './chart.tsx';
import type { Training } from './use-training.ts';

/** The curves of a training, over the axis that the reader chooses. */
export function TrainingCharts({ training }: { readonly training: Training }): JSX.Element {
  const [over, setOver] = useState<ProgressAxis['name']>('steps');
  const { metrics, timing, predictedStep, problem } = training;
  const axes = useMemo(() => progressAxes(metrics, timing), [metrics, timing]);
  const axis = axes.find(({ name }) => name === over) ?? axes[0]!;
  const last = metrics.at(-1);
  const rows = useMemo(() => [...metrics, ...timing], [metrics, timing]);
  return (
    <div class="training" tabIndex={0} role="region" aria-label="Training">
      <p role="status">
        {last === undefined
          ? 'Nothing is trained yet.'
          : `Step ${last['step']}, epoch ${(last['epoch'] ?? 0) + 1}` +
            (predictedStep === null ? '' : `; persons as predicted after step ${predictedStep}`)}
      </p>
      {problem !== null && <p role="alert">{problem}</p>}
      <fieldset>
        <legend>Curves over</legend>
        {axes.map(({ name }) => (
          <label>
            <input
              type="radio"
              name="over"
              checked={name === axis.name}
              onChange={() => setOver(name)}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <div class="charts">
        {trainingCurves.map((curve) => (
          <Chart key={curve.title} curve={curve} rows={rows} axis={axis} />
        ))}
      </div>
    </div>
  );
}
