import { readPrintedLine } from './printed-line.ts';
import type { WorkLine } from './executor.ts';
import type { StageUpdate } from './stage-task.ts';

/** What a stage has reported so far. Names are the stage's own, `constructor` among them. */
export interface StageReports {
  readonly metrics: Map<string, number>;
  readonly plots: Map<string, (readonly [x: number, y: number])[]>;
  readonly provenance: Map<string, string>;
  /** Takes a line that the stage printed. */
  readonly readLine: (line: string) => void;
  readonly take: (news: StageUpdate) => void;
}

/** A plot has fewer points than this: when it comes to as many, every other is left out from then on. */
const maxPoints = 10_000;

/** Gathers metrics and plots, and passes lines on. */
export function createStageReports(onLine: WorkLine['onLine']): StageReports {
  const metrics: StageReports['metrics'] = new Map();
  const plots: StageReports['plots'] = new Map();
  const provenance: StageReports['provenance'] = new Map();
  const pace = new Map<string, { every: number; seen: number }>();
  const addPoint = ({ name, x, y }: NonNullable<StageUpdate['plot']>): void => {
    const points = plots.get(name) ?? [];
    const at = pace.get(name) ?? { every: 1, seen: 0 };
    plots.set(name, points);
    pace.set(name, at);
    if (at.seen++ % at.every !== 0) return;
    if (points.push([x, y]) < maxPoints) return;
    plots.set(
      name,
      points.filter((_, index) => index % 2 === 0),
    );
    at.every *= 2;
  };
  const take = ({ metrics: added = {}, plot, progress, warning, ...news }: StageUpdate): void => {
    for (const [name, value] of Object.entries(news.provenance ?? {})) provenance.set(name, value);
    for (const [name, value] of Object.entries(added)) {
      if (Number.isFinite(value)) metrics.set(name, value);
      else onLine(`the metric "${name}" is ${value}, which is not kept`, 'warning');
    }
    // A point without a place cannot be drawn.
    const isShown = plot !== undefined && Number.isFinite(plot.x) && Number.isFinite(plot.y);
    if (isShown) addPoint(plot);
    if (progress !== undefined) onLine(progress, 'progress');
    if (warning !== undefined) onLine(warning, 'warning');
  };
  const readLine = (line: string): void => {
    const read = readPrintedLine(line);
    if (read.type === 'report') take(read.report);
    else if (read.type === 'malformed') onLine(read.problem, 'warning');
    else if (line !== '') onLine(line, 'output');
  };
  return { metrics, plots, provenance, readLine, take };
}
