import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendChoice } from '@limber/engine/backends';
import { availableProcessors, writeFileAtomic } from '@limber/files';
import type { PredictedPersons, PredictKeypointsOptions } from '@limber/pose-trainer';
import type { StageContext } from '@limber/runner';
import { launchRanks } from './launch-ranks.ts';
import { engineOptionsOf } from './rank-place.ts';
import type { RankPlace } from './slurm-place.ts';

/** The persons of packed shards that a trained model looks at, as plain data. */
export type PredictionJob = Pick<PredictKeypointsOptions, 'shards' | 'batchSize' | 'flipTest'> & {
  /** The folder of the model. */
  readonly model: string;
  readonly backend: BackendChoice;
};

/** Where the processes of a prediction read what it is, and leave their parts, in a folder of their own. */
export const predictionJobFile = 'prediction.json';
export const predictionPartFile = (rank: number): string => `part-${rank}.json`;

/** Predicts the persons of packed shards: all, or one process's part of them. */
export async function predictShards(
  { model, backend, ...job }: PredictionJob,
  {
    place,
    progress,
    signal,
  }: Pick<StageContext, 'progress' | 'signal'> & { readonly place: RankPlace | null },
): Promise<PredictedPersons> {
  const { loadEngine } = await import('@limber/engine');
  const { loadModel } = await import('@limber/model-zoo');
  const { predictKeypoints } = await import('@limber/pose-trainer');
  const engine = await loadEngine({
    backend,
    onProgress: ({ message }) => progress(message),
    ...(place === null ? {} : engineOptionsOf(place, process.env)),
  });
  signal.throwIfAborted();
  return predictKeypoints({
    ...job,
    engine,
    model: await loadModel(engine, model),
    workers: engine.threads ?? availableProcessors(),
    ...(place && { part: { index: place.rank, count: place.addresses.length } }),
    onProgress: progress,
    signal,
  });
}

/**
 * The same by so many processes of this machine.
 *
 * @returns what one process with as many threads as each of them would find, in the same order.
 */
export async function predictByRanks(
  job: PredictionJob,
  processes: number,
  { workDir, progress, signal }: Pick<StageContext, 'workDir' | 'progress' | 'signal'>,
): Promise<PredictedPersons> {
  const folder = join(workDir, 'ranks');
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, predictionJobFile), JSON.stringify(job));
  await launchRanks({
    command: [
      process.execPath,
      fileURLToPath(new URL('./predict-rank.js', import.meta.url)),
      folder,
    ],
    ranks: { processes },
    // no port is opened
    isNetworkTrusted: true,
    inheritsOutput: false,
    onMessage: (message) => {
      if (message.type === 'progress') progress(message.line);
    },
    signal,
  });
  const parts = await Promise.all(
    Array.from({ length: processes }, async (_, rank) => {
      const text = await readFile(join(folder, predictionPartFile(rank)), 'utf8');
      return JSON.parse(text) as PredictedPersons;
    }),
  );
  return {
    results: parts.flatMap(({ results }) => results),
    annotationIds: parts.flatMap(({ annotationIds }) => annotationIds),
  };
}
