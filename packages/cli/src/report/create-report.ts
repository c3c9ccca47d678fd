import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoResult, PersonPair } from '@limber/evaluator';
import { pairPersons } from '@limber/evaluator';
import type { CocoDataset } from '@limber/keypoints';
import { readCoco } from '@limber/keypoints';
import type { EvaluationMetrics } from '../evaluation-file.ts';
import { readEvaluation } from '../evaluation-file.ts';
import type { Html } from '../pages/html.ts';
import { lineChart } from '../pages/line-chart.ts';
import { evenly } from './evenly.ts';
import { poseFigure } from '../pages/pose-figure.ts';
import type { MetricsRow } from './read-metrics.ts';
import { metricPoints, readMetrics } from './read-metrics.ts';
import type { PageContent } from '../pages/page.ts';
import { renderPage } from '../pages/page.ts';

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

/** Makes the page that a person opens after a run: scores, curves, drawn poses, per-joint results, settings. */
export async function createReport(options: ReportOptions): Promise<string> {
  const { title, split } = options;
  const truth = await readCoco(join(options.dataset, `${split}.json`));
  const { metrics, predictions } = await readEvaluation(options.evaluation);
  const rows = await readMetrics(join(options.logs, 'metrics.jsonl'));
  const { pairs } = pairPersons(truth, predictions, {
    sigmas: truth.skeleton.sigmas,
    categoryIds: [truth.category.id],
    by: 'distance',
  });
  return renderPage({
    title,
    subtitle: `${metrics.persons} persons of the ${split} split, cut out by their true boxes; flip test ${metrics.flipTest ? 'on' : 'off'}.`,
    headline: headline(metrics),
    charts: charts(rows),
    galleries: await galleries(pairs, { truth, predictions }, options),
    tables: [jointTable(metrics), settingsTable(await readSettings(options.logs))],
  });
}

function headline({ scores, pck }: EvaluationMetrics): PageContent['headline'] {
  const shown = ['AP', 'AP50', 'AP75', 'AR'].map((name) => ({
    name,
    value: formatScore(scores[name]),
  }));
  return [...shown, { name: `PCK@${pck.threshold}`, value: formatScore(pck.all) }];
}

function formatScore(value: number | undefined | null): string {
  return value === undefined || value === null || value < 0 ? '–' : value.toFixed(3);
}

function charts(rows: readonly MetricsRow[]): PageContent['charts'] {
  const losses = [
    { name: 'train', points: metricPoints(rows, 'train/loss') },
    { name: 'val', points: metricPoints(rows, 'val/loss') },
  ];
  const scores = [
    { name: 'AP', points: metricPoints(rows, 'val/AP') },
    { name: 'PCK', points: metricPoints(rows, 'val/PCK') },
  ];
  const drawn = (series: typeof losses): typeof losses =>
    series.filter(({ points }) => points.length > 0);
  return [
    {
      title: 'Loss',
      chart: lineChart(drawn(losses), { xLabel: 'step', yLabel: 'loss', isLogarithmic: true }),
    },
    {
      title: 'Validation',
      chart: lineChart(drawn(scores), { xLabel: 'step', yLabel: 'score', yDomain: [0, 1] }),
    },
  ];
}

async function galleries(
  pairs: readonly PersonPair[],
  { truth, predictions }: Evaluated,
  options: ReportOptions,
): Promise<PageContent['galleries']> {
  const persons = pairs.flatMap(({ person, row, oks }) =>
    row === undefined ? [] : [{ person, prediction: predictions[row]!, oks }],
  );
  const worstFirst = persons.toSorted((a, b) => a.oks - b.oks);
  const draw = (shown: readonly DrawnPerson[]): Promise<Html[]> =>
    Promise.all(shown.map((person) => drawPerson(person, truth, options.dataset)));
  const legend =
    'Predicted: orange left, blue right, green middle. True: white, dashed. OKS 1 is perfect.';
  return [
    {
      title: 'Poses, evenly chosen',
      note: legend,
      figures: await draw(evenly(persons, options.figures)),
    },
    {
      title: 'Worst cases',
      note: 'The lowest object keypoint similarity of the split.',
      figures: await draw(worstFirst.slice(0, Math.ceil(options.figures / 3))),
    },
  ];
}

/** What was evaluated. */
interface Evaluated {
  readonly truth: CocoDataset;
  readonly predictions: readonly CocoResult[];
}

/** A true person and the prediction that stands for it. */
interface DrawnPerson {
  readonly person: PersonPair['person'];
  readonly prediction: CocoResult;
  /** Object keypoint similarity, 0 to 1. */
  readonly oks: number;
}

function drawPerson(drawn: DrawnPerson, truth: CocoDataset, dataset: string): Promise<Html> {
  const { person, prediction, oks } = drawn;
  const image = truth.images.find(({ id }) => id === person.image_id)!;
  return poseFigure({
    imageFile: join(dataset, 'images', image.file_name),
    imageSize: image,
    box: person.bbox,
    truth: person.keypoints,
    prediction: prediction.keypoints,
    skeleton: truth.skeleton,
    caption: `OKS ${oks.toFixed(2)} · annotation ${person.id}`,
  });
}

function jointTable({ pck }: EvaluationMetrics): PageContent['tables'][number] {
  return {
    title: 'Joints',
    header: ['joint', `PCK@${pck.threshold} (${pck.normalizer})`],
    rows: pck.perJoint.map(({ joint, pck: value }) => [joint, formatScore(value)]),
  };
}

async function readSettings(logs: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(logs, 'config.json'), 'utf8');
  return JSON.parse(text) as Record<string, unknown>;
}

function settingsTable(settings: Record<string, unknown>): PageContent['tables'][number] {
  return {
    title: 'Training',
    header: ['setting', 'value'],
    rows: Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  };
}
