import { escapeHtml } from '@limber/files';
import { leavesOf } from '../json.ts';
import type { Plots } from '../store/artifact.ts';
import type { PastRun, RunSummary } from '../store/run-folder.ts';
import type { PlotLine } from './line-plot.ts';

/** A run as the page of all runs shows it; its folder lies beside the page. */
export interface ShownRun extends PastRun {
  /** Stage → plots. */
  readonly plots: Readonly<Record<string, Plots>>;
}

/**
 * The page that compares the runs of a pipeline, the latest first: how each ended, the params in which
 * they differ, the metrics, and the plots with a line for each run. It needs no other file.
 */
export async function createRunsPage(pipeline: string, runs: readonly ShownRun[]): Promise<string> {
  const params = differingParams(runs);
  const metrics = [...new Set(runs.flatMap(({ summary }) => Object.keys(summary.metrics)))];
  const header = ['run', 'outcome', 'seconds', ...params, ...metrics];
  const rows = runs.map(({ name, summary }) => {
    const given = paramsOf(summary);
    const cells = [
      `<a href="${escapeHtml(encodeURIComponent(name))}/">${escapeHtml(name)}</a>`,
      escapeHtml(summary.outcome),
      summary.seconds.toFixed(1),
      ...params.map((param) => escapeHtml(show(given.get(param)))),
      ...metrics.map((metric) => escapeHtml(show(summary.metrics[metric]))),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(pipeline)}: runs</title>
<style>${style}</style>
<h1>${escapeHtml(pipeline)}</h1>
<table>
<thead><tr>${header.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
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

/** The params that not all runs have alike, as `stage.name`. */
export function differingParams(runs: readonly PastRun[]): string[] {
  const all = runs.map(({ summary }) => paramsOf(summary));
  const names = [...new Set(all.flatMap((given) => [...given.keys()]))];
  return names.filter((name) => new Set(all.map((given) => show(given.get(name)))).size > 1);
}

/** What a run was given, as `stage.name` → value. */
export function paramsOf({ params }: Pick<RunSummary, 'params'>): Map<string, unknown> {
  return new Map(leavesOf(params).map(([path, value]) => [path.join('.'), value]));
}

async function drawPlots(runs: readonly ShownRun[]): Promise<string[]> {
  const lines = new Map<string, PlotLine[]>();
  for (const { name: label, plots } of runs) {
    for (const [stage, own] of Object.entries(plots)) {
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
