import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCoco } from '@limber/keypoints';
import { lineChart } from '../pages/line-chart.ts';
import type { PageContent } from '../pages/page.ts';
import { renderPage } from '../pages/page.ts';
import { personGalleries } from '../pages/person-galleries.ts';
import type { EvaluationMetrics } from './evaluate-predictions.ts';
import { readEvaluation } from './evaluation-files.ts';
import type { MetricsRow } from './read-metrics.ts';
import { metricPoints, readMetrics } from './read-metrics.ts';

/** What a report is about. */
export interface ReportOptions {
  readonly title: string;
  /** The split that was evaluated: test or val. */
  readonly split: string;
  /** How many persons each gallery shows. */
  readonly figures: number;
  /** The folder of the built dataset. */
  readonly dataset: string;
  /** The folder of the training's logs. */
  readonly logs: string;
  /** The folder of the evaluation. */
  readonly evaluation: string;
}

/** The curves of the training, each with the metrics that it draws over the step. */
const curves = [
  {
    title: 'Loss',
    series: { train: 'train/loss', val: 'val/loss' },
    axes: { yLabel: 'loss', isLogarithmic: true },
  },
  {
    title: 'Validation',
    series: { AP: 'val/AP', PCK: 'val/PCK' },
    axes: { yLabel: 'score', yDomain: [0, 1] },
  },
] as const;

/** Creates the page that a person opens after a run: scores, curves, drawn poses, per-joint results, settings. */
export async function createReport(options: ReportOptions): Promise<string> {
  const { title, split, dataset, figures } = options;
  const { metrics, predictions, persons } = await readEvaluation(options.evaluation);
  const rows = await readMetrics(join(options.logs, 'metrics.jsonl'));
  return renderPage({
    title,
    subtitle: `${metrics.persons} persons of the ${split} split, cut out by their true boxes; flip test ${metrics.flipTest ? 'on' : 'off'}. ${metrics.measure}`,
    headline: headline(metrics),
    charts: charts(rows),
    galleries: await personGalleries(
      { ...persons, notFound: persons.notFound.map(({ annotationId }) => annotationId) },
      {
        ...(await readCoco(join(dataset, `${split}.json`))),
        imageFolder: join(dataset, 'images'),
        keypointsOf: (row) => predictions[row]!.keypoints,
        evenly: figures,
        worst: Math.ceil(figures / 3),
      },
    ),
    tables: [jointTable(metrics), errorTable(metrics), await settingsTable(options.logs)],
  });
}

/** The scores at the top of the page. A new one is a line here. */
function headline({ scores, pck }: EvaluationMetrics): PageContent['headline'] {
  const shown: readonly (readonly [string, number | undefined])[] = [
    ['AP', scores['AP']],
    ['AP50', scores['AP50']],
    ['AP75', scores['AP75']],
    ['AR', scores['AR']],
    [`PCK@${pck.threshold}`, pck.all],
  ];
  return shown.map(([name, value]) => ({ name, value: formatScore(value) }));
}

function formatScore(value: number | undefined | null): string {
  return value === undefined || value === null || value < 0 ? '–' : value.toFixed(3);
}

function charts(rows: readonly MetricsRow[]): PageContent['charts'] {
  return curves.map(({ title, series, axes }) => {
    const lines = Object.entries(series)
      .map(([name, metric]) => ({ name, points: metricPoints(rows, metric) }))
      .filter(({ points }) => points.length > 0);
    return { title, chart: lineChart(lines, { xLabel: 'step', ...axes }) };
  });
}

function jointTable({ pck }: EvaluationMetrics): PageContent['tables'][number] {
  return {
    title: 'Joints',
    header: ['joint', `PCK@${pck.threshold} (${pck.normalizer})`],
    rows: [
      ...pck.perJoint.map(({ joint, pck: value }) => [joint, formatScore(value)]),
      ...pck.perGroup.map(({ group, pck: value }) => [
        `all of: ${group.replaceAll('_', ' ')}`,
        formatScore(value),
      ]),
    ],
  };
}

function errorTable({ errors }: EvaluationMetrics): PageContent['tables'][number] {
  return {
    title: 'Errors',
    header: ['kind', 'count', 'AP if corrected'],
    rows: errors.map(({ kind, count, correctedAP }) => [
      kind,
      `${count}`,
      formatScore(correctedAP),
    ]),
  };
}

async function settingsTable(logs: string): Promise<PageContent['tables'][number]> {
  const text = await readFile(join(logs, 'config.json'), 'utf8');
  return {
    title: 'Training',
    header: ['setting', 'value'],
    rows: Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  };
}
