import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineResult, StageReport } from '@limber/runner';
import { quoteForShell } from '../../terminal/quote-for-shell.ts';

/** What the next run is likely to change. */
const changed = 'train.optimizer.learningRate';

/**
 * The last lines of a run that succeeded: all that was measured, a line for each member of a matrix, where
 * the reports are, and what to do next.
 *
 * @param request - the pipeline as it was named, and the `--set` options, which the next run needs as well.
 */
export function describeRun(
  { outcome, pipeline, stages }: PipelineResult,
  request: { readonly name: string; readonly set: readonly string[] },
): string[] {
  if (outcome !== 'done') return [];
  const latest = join('runs', pipeline, 'latest');
  const reports = placesOf('report', stages, latest).map((place) => join(place, 'report.html'));
  const whole = join(latest, 'report.html');
  const shown = existsSync(whole) ? [whole] : reports.filter((report) => existsSync(report));
  if (shown.length === 0) return scoreLines(stages);
  const [model] = placesOf('model', stages, latest);
  const kept = request.set.filter((text) => !text.startsWith(`${changed}=`));
  const options = [...kept, `${changed}=0.0005`].map((text) => `--set ${quoteForShell(text)}`);
  const command = ['npx limber pipeline run', quoteForShell(request.name), ...options];
  return [
    ...scoreLines(stages),
    ...shown.map((report) => `Report: ${report}`),
    'Next: open the report, draw what the model finds in any images, or change a parameter:',
    ...(model === undefined ? [] : [`  npx limber predict --weights ${model} <images>`]),
    ...(stages.some(({ name }) => name === 'train') ? [`  ${command.join(' ')}`] : []),
  ];
}

/** What the last stage that measured something measured, member by member. */
function scoreLines(stages: readonly StageReport[]): string[] {
  const measured = stages.filter(({ metrics }) => Object.keys(metrics).length > 0);
  const last = declaredName(measured.at(-1)?.name ?? '');
  return measured
    .filter(({ name }) => declaredName(name) === last)
    .map(({ metrics, matrix = {} }) => {
      const values = Object.entries(matrix).map(([key, value]) => `${key} ${value}`);
      const scores = Object.entries(metrics).map(([key, value]) => `${key} ${format(value)}`);
      return [...(values.length === 0 ? [] : [`${values.join(', ')}:`]), ...scores].join('   ');
    });
}

/** Where the outputs of that name can be opened: below their stage, or in its place if there is no other. */
function placesOf(output: string, stages: readonly StageReport[], latest: string): string[] {
  return stages
    .filter(({ outputs }) => Object.hasOwn(outputs, output))
    .map(({ name }) => join(latest, name))
    .map((place) => (existsSync(join(place, output)) ? join(place, output) : place));
}

/** `train@tiny-1` is a member of `train`. */
function declaredName(name: string): string {
  return name.split('@', 1)[0]!;
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
