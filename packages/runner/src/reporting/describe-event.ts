import { describeWaiting } from '@limber/files';
import type { PipelineEvent } from '../events.ts';
import type { PipelineResult, StageReport } from '../pipeline-result.ts';
import { hadNothingToDo } from '../pipeline-result.ts';

/** Makes a text stand out, or leaves it as it is. */
type Paint = (text: string) => string;

/** The colors that are used; all may be the identity. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

type DescribedEvent = Exclude<PipelineEvent, { type: 'stage-line' }>;

/** More causes than this are counted, not listed. All are in the run's `run.json`. */
const shownCauses = 8;

/** The lines that describe an event to a person. */
export function describeEvent(event: DescribedEvent, colors: Palette): string[] {
  switch (event.type) {
    case 'pipeline-started': {
      const count = `${event.stages.length} ${event.stages.length === 1 ? 'stage' : 'stages'}`;
      return [
        `pipeline ${colors.bold(event.pipeline)}: ${count}${event.isDryRun ? ', dry run' : ''}`,
      ];
    }
    case 'stage-waiting':
      return [`${event.stage}: ${describeWaiting(event)}`];
    case 'store-waiting':
      return [describeWaiting(event)];
    case 'stage-started': {
      const verb = event.isResumed ? 'goes on where it was left' : 'runs';
      return [`${event.stage}: ${verb}`, ...listCauses(event.because, colors)];
    }
    case 'stage-retrying': {
      const { stage, retry, times, delayMs, message } = event;
      const wait = formatSeconds(delayMs / 1000);
      return [colors.yellow(`${stage}: ${message} Tried again in ${wait} (${retry} of ${times})`)];
    }
    case 'warning':
      return [colors.yellow(event.line)];
    case 'stage-finished':
      return describeReport(event.report, colors);
    case 'interrupting':
      return [
        colors.yellow(`${event.signal}: stages are saving. Send it again to end them at once.`),
      ];
    case 'pipeline-finished':
      return describeResult(event.result, colors);
  }
}

function describeReport(report: StageReport, colors: Palette): string[] {
  const { name, outcome, because } = report;
  const time = formatSeconds(report.seconds);
  switch (outcome) {
    case 'cached':
      return [
        `${name}: ${colors.dim(['unchanged', ...because].join(', '))}${formatMetrics(report.metrics)}`,
      ];
    case 'ran':
      return [`${name}: ${colors.green('done')} in ${time}${formatMetrics(report.metrics)}`];
    case 'run':
      return [`${name}: ${colors.yellow('would run')}`, ...listCauses(because, colors)];
    case 'skipped':
      return [`${name}: ${colors.dim('skipped')}, ${because.join(', ')}`];
    case 'interrupted': {
      const why = report.error === undefined ? '' : `: ${report.error}`;
      return [`${name}: ${colors.yellow('interrupted')} after ${time}${why}`];
    }
    case 'failed': {
      const log = (report.lastLines ?? []).map((line) => colors.dim(`  | ${line}`));
      const where = report.logFile === undefined ? [] : [`  log: ${report.logFile}`];
      const message = report.error ?? 'no reason given';
      return [`${name}: ${colors.red('failed')} after ${time}: ${message}`, ...log, ...where];
    }
  }
}

function describeResult(result: PipelineResult, colors: Palette): string[] {
  const counts = new Map<string, number>();
  for (const { outcome } of result.stages) {
    const word = outcome === 'cached' ? 'unchanged' : outcome === 'run' ? 'would run' : outcome;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const summary = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  const paint = result.outcome === 'done' ? colors.green : colors.red;
  const folder = result.runDir === null ? [] : [`  ${result.runDir}`];
  const what = hadNothingToDo(result)
    ? paint('nothing to do')
    : `${paint(result.outcome)} in ${formatSeconds(result.seconds)}`;
  return [`pipeline ${colors.bold(result.pipeline)}: ${what} (${summary})`, ...folder];
}

function listCauses(because: readonly string[], colors: Palette): string[] {
  const shown = because.slice(0, shownCauses).map((cause) => colors.dim(`  ${cause}`));
  const rest = because.length - shown.length;
  return rest > 0 ? [...shown, colors.dim(`  and ${rest} more causes`)] : shown;
}

function formatMetrics(metrics: Readonly<Record<string, number>>): string {
  const texts = Object.entries(metrics).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return texts.length === 0 ? '' : ` · ${texts.slice(0, 6).join(' · ')}`;
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
