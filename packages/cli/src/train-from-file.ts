import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadEngine } from '@limber/engine';
import { LimberError } from '@limber/keypoints';
import { trainKeypoints } from '@limber/trainer';
import type { TrainConfig } from '@limber/trainer/config';
import { trainConfigSchema } from '@limber/trainer/config';
import { parse } from 'yaml';
import { z } from 'zod';
import { abortOnSignals } from './abort-on-signals.ts';

interface TrainFile {
  readonly data: { readonly train: string; readonly val: string };
  readonly out: string;
  readonly train: TrainConfig;
}

const trainFileSchema: z.ZodType<TrainFile> = z.strictObject({
  data: z.strictObject({ train: z.string(), val: z.string() }),
  out: z.string(),
  train: trainConfigSchema,
});

/** Trains as a YAML file says; its paths are relative to the file. Writes `model/`, `logs/` and `work/` below `out`. */
export async function trainFromFile(file: string, resume: 'auto' | 'never'): Promise<void> {
  const config = await readTrainFile(file);
  const place = (path: string): string => resolve(dirname(file), path);
  const workDir = join(place(config.out), 'work');
  if (resume === 'never') await rm(workDir, { recursive: true, force: true });
  const engine = await loadEngine({
    precision: config.train.precision,
    onProgress: ({ message }) => process.stderr.write(`${message}\n`),
  });
  const { metrics } = await trainKeypoints({
    config: config.train,
    train: place(config.data.train),
    val: place(config.data.val),
    workDir,
    out: { model: join(place(config.out), 'model'), logs: join(place(config.out), 'logs') },
    engine,
    onProgress: (line) => process.stderr.write(`${line}\n`),
    signal: abortOnSignals(),
  });
  for (const [name, value] of Object.entries(metrics)) process.stdout.write(`${name} ${value}\n`);
}

async function readTrainFile(file: string): Promise<TrainFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LimberError('missing-file', { where: file, what: 'cannot be read' }, { cause });
  });
  const result = trainFileSchema.safeParse(parse(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new LimberError('invalid-config', {
    where: `${file}: ${issue.path.join('.')}`,
    what: issue.message,
  });
}
