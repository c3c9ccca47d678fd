// One process of a prediction that a stage has started, see predict-shards.ts. Everything it says goes there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@limber/files';
import { abortOnSignals } from '../terminal/abort-on-signals.ts';
import { exitCodeOf } from '../terminal/report-error.ts';
import { isFirst, openAsRank } from './open-as-rank.ts';
import type { PredictionJob } from './predict-shards.ts';
import { predictionJobFile, predictionPartFile, predictShards } from './predict-shards.ts';
import { sendError, sendMessage } from './rank-messages.ts';

const signal = abortOnSignals();
const place = openAsRank({ dataParallel: false });
const folder = process.argv[2]!;
try {
  if (place === null) throw new Error('A rank was started without its number.');
  const job = JSON.parse(await readFile(join(folder, predictionJobFile), 'utf8')) as PredictionJob;
  const progress = (line: string): void => {
    if (isFirst(place)) sendMessage({ type: 'progress', line });
  };
  const part = await predictShards(job, { place, progress, signal });
  await writeFileAtomic(join(folder, predictionPartFile(place.rank)), JSON.stringify(part));
} catch (error) {
  sendError(error);
  process.exitCode = exitCodeOf(error);
}
