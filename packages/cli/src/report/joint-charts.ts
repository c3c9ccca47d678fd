import type { FoundPerson } from '@limber/evaluator';
import * as Plot from '@observablehq/plot';
import type { PageContent } from '../pages/page.ts';
import { plotSvg } from '../pages/plot-svg.ts';
import type { EvaluationMetrics } from './evaluate-predictions.ts';

/** From what is right to what is worst; `inversion` is the same joint of the other side, `swap` one of another person. */
const kinds = ['good', 'jitter', 'inversion', 'swap', 'miss'] as const;
const colors = ['#3a9d6e', '#8cb4e8', '#e8a33d', '#b07ad6', '#d9534f'];

/** How well each joint is found, and what is wrong where it is not: left taken for right, a place beside it, or nothing near. */
export function jointCharts(
  { pck }: Pick<EvaluationMetrics, 'pck'>,
  found: readonly Pick<FoundPerson, 'joints'>[],
): PageContent['charts'] {
  const order = pck.perJoint.map(({ joint }) => joint);
  const layout = { marginLeft: 110, marginBottom: 44, height: 74 + 20 * order.length } as const;
  const scores = pck.perJoint.flatMap(({ joint, pck: value }) =>
    value === null ? [] : [{ joint, value, text: value.toFixed(3) }],
  );
  const errors = order.flatMap((joint, at) => {
    const verdicts = found.map(({ joints }) => joints[at]).filter((kind) => kind !== null);
    return kinds.map((kind) => ({
      joint,
      kind,
      share: verdicts.filter((verdict) => verdict === kind).length / Math.max(1, verdicts.length),
    }));
  });
  return [
    {
      title: `PCK@${pck.threshold} by joint`,
      chart: plotSvg({
        ...layout,
        marginRight: 50,
        x: { domain: [0, 1], label: `within ${pck.threshold} of the box` },
        y: { domain: order, label: null },
        marks: [
          Plot.barX(scores, { x: 'value', y: 'joint', fill: '#4269d0' }),
          Plot.text(scores, { x: 'value', y: 'joint', text: 'text', dx: 6, textAnchor: 'start' }),
        ],
      }),
    },
    {
      title: 'What is wrong with joints of found persons',
      legend: kinds.map((name, at) => ({ name, color: colors[at]! })),
      chart: plotSvg({
        ...layout,
        x: { label: 'share of the labelled joints, %', percent: true },
        y: { domain: order, label: null },
        color: { domain: kinds, range: colors },
        marks: [Plot.barX(errors, { x: 'share', y: 'joint', fill: 'kind' })],
      }),
    },
  ];
}
