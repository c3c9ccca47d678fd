import type { DatasetStatistics } from '@limber/dataset-builder';
import * as Plot from '@observablehq/plot';
import { renderPage } from './page.ts';
import { plotSvg } from './plot-svg.ts';

/** Creates the page of a dataset's numbers, with plots. */
export function createStatisticsPage(statistics: DatasetStatistics): string {
  const { images, persons, crowds, imagesWithoutPersons, joints, samples } = statistics;
  const byVisibility = joints.flatMap(({ joint, visible, hidden, notLabelled }) => [
    { joint, kind: 'visible', count: visible },
    { joint, kind: 'hidden', count: hidden },
    { joint, kind: 'not labelled', count: notLabelled },
  ]);
  const places = samples.flatMap((sample) =>
    sample.joints.map(({ joint, x, y }) => ({ joint: joints[joint]!.joint, x, y })),
  );
  const boxes = samples.filter(({ width, height }) => width > 0 && height > 0);
  const sizes = boxes.map(({ width, height }) => Math.max(width, height));
  const ratios = boxes.map(({ width, height }) => width / height);
  const counted = (counts: Readonly<Record<string, number>>): { of: number; count: number }[] =>
    Object.entries(counts).map(([of, count]) => ({ of: Number(of), count }));
  const order = joints.map(({ joint }) => joint);
  const charts = [
    {
      title: 'Joints by visibility',
      chart: plotSvg({
        marginLeft: 110,
        y: { domain: order, label: null },
        color: {
          legend: false,
          domain: ['visible', 'hidden', 'not labelled'],
          range: ['#2a7', '#e92', '#bbb'],
        },
        marks: [Plot.barX(byVisibility, { x: 'count', y: 'joint', fill: 'kind' })],
      }),
    },
    {
      title: 'Where joints lie in the box',
      chart: plotSvg({
        x: { domain: [-0.2, 1.2], label: 'part of the width' },
        y: { domain: [1.2, -0.2], label: 'part of the height' },
        marks: [
          Plot.dot(places, { x: 'x', y: 'y', r: 1.2, fill: 'joint', fillOpacity: 0.5, clip: true }),
        ],
      }),
    },
    {
      title: 'Longer side of the box, pixels',
      chart: plotSvg({
        y: { grid: true },
        marks: [Plot.rectY(sizes, Plot.binX({ y: 'count' }, {}))],
      }),
    },
    {
      title: 'Width by height of the box',
      chart: plotSvg({
        y: { grid: true },
        marks: [Plot.rectY(ratios, Plot.binX({ y: 'count' }, {}))],
      }),
    },
    {
      title: 'Persons an image',
      chart: plotSvg({
        x: { label: 'persons' },
        y: { grid: true },
        marks: [Plot.barY(counted(statistics.personsPerImage), { x: 'of', y: 'count' })],
      }),
    },
    {
      title: 'Labelled joints a person',
      chart: plotSvg({
        x: { label: 'joints' },
        y: { grid: true },
        marks: [Plot.barY(counted(statistics.jointsPerPerson), { x: 'of', y: 'count' })],
      }),
    },
  ];
  return renderPage({
    title: 'The dataset in numbers',
    subtitle: `${images} images, ${imagesWithoutPersons} of them without persons`,
    headline: Object.entries({ images, persons, crowds }).map(([name, count]) => ({
      name,
      value: `${count}`,
    })),
    charts: persons === 0 ? [] : charts,
    galleries: [],
    tables: [
      {
        title: 'Joints',
        header: [
          'joint',
          'visible',
          'hidden',
          'not labelled',
          'mean x in the box',
          'mean y in the box',
        ],
        rows: joints.map(({ joint, visible, hidden, notLabelled, meanPosition }) => [
          joint,
          `${visible}`,
          `${hidden}`,
          `${notLabelled}`,
          meanPosition?.x.toFixed(3) ?? '–',
          meanPosition?.y.toFixed(3) ?? '–',
        ]),
      },
    ],
  });
}
