import type { ProgressStream } from '@limber/files';
import pc from 'picocolors';
import type { PipelineEvent } from '../events.ts';
import { describeEvent } from './describe-event.ts';

/** Outside a terminal, a stage's progress is shown at most this often. */
const quietMs = 5_000;

/**
 * Writes one line for each event. A stage's progress is one line that is written over in a terminal,
 * and elsewhere a line every few seconds at most. Colors are for terminals, unless `NO_COLOR` is set.
 *
 * @param options.now - milliseconds, from any start.
 * @returns what to pass to `runPipeline` as `onEvent`.
 */
export function createConsoleReporter(
  stream: ProgressStream,
  options: {
    readonly now?: () => number;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): (event: PipelineEvent) => void {
  const { now = () => performance.now(), environment = process.env } = options;
  const isTerminal = stream.isTTY === true;
  const colors = pc.createColors(isTerminal && !environment['NO_COLOR']);
  const shownAt = new Map<string, number>();
  const progressing = new Set<string>();
  let hasLiveLine = false;

  const clearLive = (): void => {
    if (hasLiveLine) stream.write('\r\u001B[2K');
    hasLiveLine = false;
  };
  const showProgress = (stage: string, line: string): void => {
    const text = `${stage}: ${line}`;
    if (isTerminal) {
      clearLive();
      stream.write(colors.dim(text.slice(0, (stream.columns ?? 80) - 1)));
      hasLiveLine = true;
      return;
    }
    const last = shownAt.get(stage);
    if (last !== undefined && now() - last < quietMs) return;
    shownAt.set(stage, now());
    stream.write(`${text}\n`);
  };

  return (event) => {
    if (event.type === 'stage-line' && event.source === 'warning') {
      clearLive();
      stream.write(`${colors.yellow(`${event.stage}: ${event.line}`)}\n`);
      return;
    }
    if (event.type === 'stage-line' && event.source === 'place') {
      clearLive();
      stream.write(`${colors.dim(`${event.stage}: ${event.line}`)}\n`);
      return;
    }
    if (event.type === 'stage-line') {
      // A stage that tells its progress has chosen what to show; the rest is in its log.
      if (event.source === 'progress') progressing.add(event.stage);
      if (event.source === 'output' && progressing.has(event.stage)) return;
      showProgress(event.stage, event.line);
      return;
    }
    clearLive();
    for (const line of describeEvent(event, colors)) stream.write(`${line}\n`);
  };
}
