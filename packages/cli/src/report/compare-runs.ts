import type { ScoreIntervals } from '@limber/evaluator';
import { rowsOf } from '@limber/runner';
import type { PageContent } from '../pages/page.ts';
import { renderPage } from '../pages/page.ts';
import { precisionChart } from '../pages/precision-chart.ts';
import type { LocatedRun } from '../runs/locate-run.ts';
import { logsOf } from '../runs/locate-run.ts';
import type { Evaluation } from './evaluate-predictions.ts';
import { readEvaluation } from './evaluation-files.ts';
import type { CurveRows } from './read-metrics.ts';
import { readCurves } from './read-metrics.ts';
import { readSettings } from './read-settings.ts';
import { trainingCharts } from './training-charts.ts';

/** One of two runs. */
interface Side {
  readonly name: 'A' | 'B';
  readonly run: LocatedRun;
  readonly params: ReadonlyMap<string, string>;
  readonly evaluation: Evaluation | null;
  readonly curves: CurveRows;
}

/**
 * Two runs side by side: what was changed, what came of it, and the curves of both in one another.
 *
 * @throws {LimberError} `missing-file` if one of them trained nothing yet.
 */
export async function compareRuns(first: LocatedRun, second: LocatedRun): Promise<string> {
  const sides = [await openSide('A', first), await openSide('B', second)] as const;
  const [a, b] = sides;
  const training = trainingCharts(sides.map(({ curves }) => curves));
  const precision = sides.flatMap(({ name, evaluation }) =>
    (evaluation?.precision ?? [])
      .filter((series) => series.name === 'mean')
      .map((series) => ({ ...series, name: `mean ${name}` })),
  );
  return renderPage({
    title: 'Two runs side by side',
    subtitle: `A: ${a.run.title}. B: ${b.run.title}.`,
    headline: headline(a, b),
    firstTables: [changedTable(a, b), metricsTable(a, b)],
    ...training,
    charts: [
      ...training.charts,
      ...(precision.length === 0
        ? []
        : [{ title: 'Precision over recall', chart: precisionChart(precision) }]),
    ],
    galleries: [],
    tables: [],
  });
}

async function openSide(name: Side['name'], run: LocatedRun): Promise<Side> {
  const { evaluation, past } = run;
  const logs = logsOf(run);
  const params = past === null ? await readSettings(logs) : paramsOf(past);
  return {
    name,
    run,
    params: new Map(params),
    curves: await readCurves(logs, name),
    evaluation: evaluation === null ? null : await readEvaluation(evaluation),
  };
}

function paramsOf(past: NonNullable<LocatedRun['past']>): [string, string][] {
  const [row] = rowsOf(past);
  return Array.from(row?.params ?? [], ([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

function headline({ evaluation: a }: Side, { evaluation: b }: Side): PageContent['headline'] {
  if (a === null || b === null) return [];
  return (['AP', 'AP50', 'AP75', 'AR'] as const).map((name) => {
    const [from, to] = [a.metrics.scores[name] ?? -1, b.metrics.scores[name] ?? -1];
    return { name, value: signed(to - from), note: `${from.toFixed(3)} → ${to.toFixed(3)}` };
  });
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
}

function changedTable(a: Side, b: Side): PageContent['tables'][number] {
  const names = new Set([...a.params.keys(), ...b.params.keys()]);
  const rows = [...names]
    .map((name) => [name, a.params.get(name) ?? 'not set', b.params.get(name) ?? 'not set'])
    .filter(([, from, to]) => from !== to);
  return {
    title: 'What was changed',
    header: ['parameter', 'A', 'B'],
    rows,
    ...(rows.length === 0 ? { note: 'No parameter differs.' } : {}),
  };
}

function metricsTable(a: Side, b: Side): PageContent['tables'][number] {
  const [first, second] = [valuesOf(a), valuesOf(b)];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  return {
    title: 'What came of it',
    note: 'Intervals are of 95 %, by the bootstrap over images.',
    header: ['metric', 'A', 'interval', 'B', 'interval', 'B − A'],
    rows: names.map((name) => {
      const [from, to] = [first.get(name), second.get(name)];
      const difference = from === undefined || to === undefined ? '–' : signed(to - from);
      return [
        name,
        show(from),
        showInterval(intervalOf(a, name)),
        show(to),
        showInterval(intervalOf(b, name)),
        difference,
      ];
    }),
  };
}

/** What a run measured at its end; a training that was not evaluated, what it logged last. */
function valuesOf({ run, evaluation, curves }: Side): ReadonlyMap<string, number> {
  const measured =
    run.past === null
      ? curves.metrics.flatMap((row) => Object.entries(row).filter(([name]) => !isPlace(name)))
      : Object.entries(run.past.summary.metrics);
  return new Map([...Object.entries(evaluation?.metrics.scores ?? {}), ...measured]);
}

/** Where a row stands is no metric. */
function isPlace(name: string): boolean {
  return name === 'step' || name === 'epoch';
}

function intervalOf(
  { evaluation }: Side,
  name: string,
): ScoreIntervals[keyof ScoreIntervals] | undefined {
  return evaluation?.metrics.intervals?.[name as keyof ScoreIntervals];
}

function show(value: number | undefined): string {
  return value === undefined || value === -1 ? '–' : String(Number(value.toPrecision(4)));
}

function showInterval(interval: ScoreIntervals[keyof ScoreIntervals] | undefined): string {
  return interval ? `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}` : '';
}
