import { escapeHtml } from '@limber/files';
import { leavesOf } from '../json.ts';
import type { Plots } from '../store/artifact.ts';
import type { PastRun } from '../store/run-folder.ts';
import type { PlotLine } from './line-plot.ts';

/** A run as the page of all runs shows it; its folder lies beside the page. */
export interface ShownRun extends PastRun {
  /** Stage → plots. */
  readonly plots: Readonly<Record<string, Plots>>;
}

/**
 * The page that compares the runs of a pipeline, the latest first: how each ended, the params in which
 * they differ, the metrics, and the plots with a line for each run. Each member of a matrix has a row and
 * a line of its own. It needs no other file.
 */
export async function createRunsPage(pipeline: string, runs: readonly ShownRun[]): Promise<string> {
  const rows = runs.flatMap(rowsOf);
  const params = differingParams(rows);
  const metrics = [...new Set(rows.flatMap((row) => [...row.metrics.keys()]))];
  const hasMembers = rows.some(({ member }) => member !== '');
  const header = ['run', ...(hasMembers ? ['member'] : []), 'outcome', 'seconds'];
  const lines = rows.map((row) => {
    const { name, summary, outcome } = row.run;
    const cells = [
      `<a href="${escapeHtml(encodeURIComponent(name))}/">${escapeHtml(name)}</a>`,
      ...(hasMembers ? [escapeHtml(row.member)] : []),
      escapeHtml(outcome),
      summary.seconds.toFixed(1),
      ...params.map((param) => escapeHtml(show(row.params.get(param)))),
      ...metrics.map((metric) => escapeHtml(show(row.metrics.get(metric)))),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const titles = [...header, ...params, ...metrics].map((cell) => `<th>${escapeHtml(cell)}</th>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(pipeline)}: runs</title>
<style>${style}</style>
<h1>${escapeHtml(pipeline)}</h1>
<table>
<thead><tr>${titles.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>
${(await drawPlots(runs)).join('\n')}
</html>
`;
}

const style = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { padding: 0.25rem 0.75rem; text-align: left; border-bottom: 1px solid #8884; white-space: nowrap; }
svg { margin: 1rem 1rem 0 0; font-size: 11px; fill: currentColor; }
`;

/** A run, or one member of its matrices with the stages that have none. */
export interface RunRow<Run extends PastRun = PastRun> {
  readonly run: Run;
  /** Empty for a run without a matrix. */
  readonly member: string;
  /** By `<stage>.<name>`. */
  readonly params: ReadonlyMap<string, unknown>;
  readonly metrics: ReadonlyMap<string, number>;
}

/** What a table of runs shows of one: itself, or each member of its matrices. */
export function rowsOf<Run extends PastRun>(run: Run): RunRow<Run>[] {
  const { params, stages } = run.summary;
  const members = new Set(Object.keys(params).map((stage) => splitName(stage)[1]));
  if (members.size > 1) members.delete('');
  return [...members].map((member) => {
    const isIn = (stage: string): boolean => ['', member].includes(splitName(stage)[1]);
    const given = Object.entries(params).filter(([stage]) => isIn(stage));
    const leaves = given.flatMap(([stage, own]) =>
      leavesOf(own).map(
        ([path, value]) => [[splitName(stage)[0], ...path].join('.'), value] as const,
      ),
    );
    const measured = stages.filter(({ name }) => isIn(name));
    const metrics = measured.flatMap((stage) => Object.entries(stage.metrics));
    return { run, member, params: new Map(leaves), metrics: new Map(metrics) };
  });
}

/** `train@tiny-1`: the stage, and which member of its matrix. */
function splitName(name: string): readonly [stage: string, member: string] {
  const [stage = '', member = ''] = name.split('@');
  return [stage, member];
}

/** The params that not all rows have alike, as `stage.name`. */
export function differingParams(rows: readonly RunRow[]): string[] {
  const names = [...new Set(rows.flatMap(({ params }) => [...params.keys()]))];
  return names.filter((name) => new Set(rows.map(({ params }) => show(params.get(name)))).size > 1);
}

async function drawPlots(runs: readonly ShownRun[]): Promise<string[]> {
  const lines = new Map<string, PlotLine[]>();
  for (const { name, plots } of runs) {
    for (const [full, own] of Object.entries(plots)) {
      const [stage, member] = splitName(full);
      const label = `${name} ${member}`.trim();
      for (const [plot, points] of Object.entries(own)) {
        const title = `${stage}: ${plot}`;
        lines.set(title, [...(lines.get(title) ?? []), { label, points }]);
      }
    }
  }
  if (lines.size === 0) return [];
  // The library takes a while to load, and few runs have plots.
  const { drawLinePlot } = await import('./line-plot.ts');
  return [...lines].map(([title, own]) => drawLinePlot(title, own));
}

function show(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
