import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@limber/files';
import type { TrainKeypointsOptions } from '@limber/pose-trainer';
import type { StageContext } from '@limber/runner';
import { launchRanks } from './launch-ranks.ts';
import type { RankMessage } from './rank-messages.ts';

/** A training, as plain data. */
export type TrainingJob = Pick<
  TrainKeypointsOptions,
  'config' | 'train' | 'val' | 'teacher' | 'workDir' | 'out'
>;

/** Where the processes of a training read what it is, in its working folder. */
const jobFile = 'ranks.json';

/** Trains in so many processes of this machine, for a stage. @returns the metrics of rank 0. */
export async function trainByRanks(
  job: TrainingJob,
  processes: number,
  stage: Pick<StageContext, 'progress' | 'provenance' | 'warn' | 'signal'>,
): Promise<{ metrics: Record<string, number> }> {
  const file = join(job.workDir, jobFile);
  await writeFileAtomic(file, JSON.stringify(job));
  let metrics: Record<string, number> = {};
  const onMessage = (message: RankMessage, rank: number): void => {
    switch (message.type) {
      case 'progress':
        return stage.progress(message.line);
      case 'warning':
        return stage.warn(rank === 0 ? message.line : `[rank ${rank}] ${message.line}`);
      case 'provenance':
        return stage.provenance({ engine: message.engine });
      case 'result':
        metrics = { ...message.metrics };
        return;
      case 'error':
        return;
    }
  };
  await launchRanks({
    command: [process.execPath, fileURLToPath(new URL('./train-rank.js', import.meta.url)), file],
    ranks: { processes },
    isNetworkTrusted: job.config.trainer.trustedNetwork,
    inheritsOutput: false,
    onMessage,
    signal: stage.signal,
  });
  return { metrics };
}
