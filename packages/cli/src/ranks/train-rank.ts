// One process of a training that a stage has started, see train-by-ranks.ts. Everything it says goes there.
import { readFile } from 'node:fs/promises';
import { loadEngine } from '@limber/engine';
import { trainKeypoints } from '@limber/pose-trainer';
import { abortOnSignals } from '../terminal/abort-on-signals.ts';
import { exitCodeOf } from '../terminal/report-error.ts';
import { chooseStart, rankOptionsOf } from './choose-start.ts';
import { describeEngine } from './describe-engine.ts';
import { endWithLauncher, sendError, sendMessage } from './rank-messages.ts';
import type { TrainingJob } from './train-by-ranks.ts';

const signal = abortOnSignals();
endWithLauncher();
try {
  const job = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as TrainingJob;
  const start = chooseStart(job.config);
  if (start.type === 'launch') throw new Error('A rank was started without its number.');
  const isFirst = start.type === 'rank' && start.ranks.rank === 0;
  const onProgress = (line: string): void => {
    if (isFirst) sendMessage({ type: 'progress', line });
  };
  const engine = await loadEngine({
    backend: job.config.engine,
    precision: job.config.trainer.precision,
    onProgress: ({ message }) => onProgress(message),
    ...rankOptionsOf(start),
  });
  if (isFirst) sendMessage({ type: 'provenance', engine: describeEngine(engine) });
  const { metrics } = await trainKeypoints({
    ...job,
    engine,
    onProgress,
    onWarning: (line) => sendMessage({ type: 'warning', line }),
    signal,
  });
  if (isFirst) sendMessage({ type: 'result', metrics });
} catch (error) {
  sendError(error);
  process.exitCode = exitCodeOf(error);
}
