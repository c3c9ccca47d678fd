import type { DatasetStatistics } from '@limber/dataset-builder';
import { describeMachineLabels } from '@limber/keypoints';
import * as Plot from '@observablehq/plot';
import type { Html } from './html.ts';
import type { PageContent } from './page.ts';
import { renderPage } from './page.ts';
import { plotSvg } from './plot-svg.ts';

/** Creates the page of a dataset's numbers, with plots. */
export function createStatisticsPage(statistics: DatasetStatistics): string {
  const { images, persons, crowds, imagesWithoutPersons, joints, machineLabels } = statistics;
  const made = describeMachineLabels(machineLabels, persons);
  return renderPage({
    title: 'The dataset in numbers',
    subtitle: `${images} images, ${imagesWithoutPersons} of them without persons${made === undefined ? '' : `; ${made}`}`,
    headline: Object.entries({ images, persons, crowds }).map(([name, count]) => ({
      name,
      value: `${count}`,
    })),
    charts: [...statisticsCharts(statistics), ...placeCharts(statistics)],
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

/** Bars that are seen on light and on dark. */
const barColor = '#4a8fc7';
const visibilityColors = [
  { name: 'visible', color: '#2a9d6a' },
  { name: 'hidden', color: '#e8963a' },
  { name: 'not labelled', color: '#b0b0b0' },
];
/** Room for numbers of seven digits, and for a label below the ticks. */
const margins = { marginLeft: 60, marginBottom: 42 };

/** The plots of a dataset; none if it has no persons. */
export function statisticsCharts(statistics: DatasetStatistics): PageContent['charts'] {
  if (statistics.persons === 0) return [];
  const { joints, samples, personsPerImage, jointsPerPerson } = statistics;
  const byVisibility = joints.flatMap(({ joint, visible, hidden, notLabelled }) => [
    { joint, kind: 'visible', count: visible },
    { joint, kind: 'hidden', count: hidden },
    { joint, kind: 'not labelled', count: notLabelled },
  ]);
  const rowPx = 18;
  return [
    {
      title: 'Joints by visibility',
      legend: visibilityColors,
      chart: plotSvg({
        ...margins,
        marginLeft: 130,
        height: 70 + rowPx * joints.length,
        x: { label: 'persons' },
        y: { domain: joints.map(({ joint }) => joint), label: null },
        color: {
          domain: visibilityColors.map(({ name }) => name),
          range: visibilityColors.map(({ color }) => color),
        },
        marks: [Plot.barX(byVisibility, { x: 'count', y: 'joint', fill: 'kind' })],
      }),
    },
    {
      title: 'Longer side of the box',
      chart: histogram(
        samples.map(({ width, height }) => Math.max(width, height)),
        'pixels',
        statistics.persons,
      ),
    },
    {
      title: 'Width by height of the box',
      chart: histogram(
        samples.map(({ width, height }) => width / height),
        'width : height',
        statistics.persons,
      ),
    },
    { title: 'Persons an image', chart: counts(personsPerImage, 'persons', 'images') },
    {
      title: 'Labelled joints a person',
      chart: counts(jointsPerPerson, 'labelled joints', 'persons'),
    },
  ];
}

/** A dot for each joint of each sample: too many for a page that shows other things too. */
function placeCharts(statistics: DatasetStatistics): PageContent['charts'] {
  const { persons, samples } = statistics;
  if (persons === 0) return [];
  const title = `Where joints lie in the box (${samples.length} persons)`;
  return [{ title, chart: places(statistics) }];
}

const panelsPerRow = 6;

/** A panel for each joint, with the box as a frame. */
function places({ joints, samples }: DatasetStatistics): Html {
  const panel = (joint: number): { column: number; row: number } => ({
    column: joint % panelsPerRow,
    row: Math.floor(joint / panelsPerRow),
  });
  const dots = samples.flatMap((sample) =>
    sample.joints.map(({ joint, x, y }) => ({ ...panel(joint), x, y })),
  );
  const names = joints.map(({ joint }, index) => ({ ...panel(index), joint }));
  const facets = { fx: 'column', fy: 'row' };
  const hidden = { axis: null } as const;
  return plotSvg({
    margin: 2,
    height: 108 * Math.ceil(joints.length / panelsPerRow),
    fx: { ...hidden, padding: 0.06 },
    fy: { ...hidden, padding: 0.06 },
    x: { ...hidden, domain: [-0.25, 1.25] },
    y: { ...hidden, domain: [1.15, -0.35] },
    marks: [
      Plot.rect(names, { ...facets, x1: 0, x2: 1, y1: 0, y2: 1, stroke: '#999', fill: 'none' }),
      Plot.dot(dots, {
        ...facets,
        x: 'x',
        y: 'y',
        r: 0.9,
        fill: barColor,
        fillOpacity: 0.35,
        clip: true,
      }),
      Plot.text(names, {
        ...facets,
        x: 0.5,
        y: -0.2,
        text: 'joint',
        fontSize: 10,
        fill: 'currentColor',
      }),
    ],
  });
}

function histogram(values: readonly number[], label: string, persons: number): Html {
  const drawn = values.length < persons ? `of ${values.length} persons drawn` : 'persons';
  const bins = Plot.binX({ y: 'count' }, {
    x: 'value',
    fill: barColor,
  } as Plot.BinXInputs<Plot.RectYOptions>);
  return plotSvg({
    ...margins,
    x: { label },
    y: { grid: true, label: drawn },
    marks: [
      Plot.rectY(
        values.map((value) => ({ value })),
        bins,
      ),
      Plot.ruleY([0]),
    ],
  });
}

/** A bar each is readable for so many; beyond, the axis is numeric all the same. */
const leastRange = 4;

function counts(counted: Readonly<Record<string, number>>, label: string, yLabel: string): Html {
  const bars = Object.entries(counted).map(([of, count]) => ({
    from: Number(of) - 0.4,
    to: Number(of) + 0.4,
    count,
  }));
  const most = Math.max(leastRange, ...Object.keys(counted).map(Number));
  return plotSvg({
    ...margins,
    x: { label, domain: [-0.6, most + 0.6], tickFormat: 'd' },
    y: { grid: true, label: yLabel },
    marks: [
      Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'count', fill: barColor }),
      Plot.ruleY([0]),
    ],
  });
}
