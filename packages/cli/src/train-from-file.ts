import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import { loadEngine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { TrainKeypointsOptions } from '@limber/pose-trainer';
import { placeCheckpoint, trainKeypoints } from '@limber/pose-trainer';
import type { Callback } from '@limber/trainer';
import {
  createProgressBar,
  createProgressJson,
  createProgressLine,
  createSimpleProfiler,
} from '@limber/trainer';
import type { TrainConfig } from '@limber/pose-trainer/config';
import { trainConfigSchema } from '@limber/pose-trainer/config';
import { parse } from 'yaml';
import { z } from 'zod';
import { abortOnSignals } from './abort-on-signals.ts';
import { printJson } from './print-json.ts';

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

/** How `limber train` shows that it gets on. */
type ProgressStyle = 'auto' | 'bar' | 'plain' | 'json';

/** How a training from a file goes. */
export interface TrainFromFileOptions {
  /** `auto`, `never`, or a checkpoint file. */
  readonly resume: string;
  readonly progress: ProgressStyle;
  readonly profile: boolean;
  /** Whether the metrics are printed as one JSON document. */
  readonly json: boolean;
}

/** Trains as a YAML file says; its paths are relative to the file. Writes `model/`, `logs/` and `work/` below `out`. */
export async function trainFromFile(file: string, options: TrainFromFileOptions): Promise<void> {
  const config = await readTrainFile(file);
  const place = (path: string): string => resolve(dirname(file), path);
  const training = {
    config: config.train,
    train: place(config.data.train),
    val: place(config.data.val),
    workDir: join(place(config.out), 'work'),
  };
  await prepareWorkDir(training, options.resume);
  const signal = abortOnSignals();
  const style = styleOf(options.progress);
  const say = style === 'bar' ? sayOverBar : sayLine;
  const engine = await loadEngine({
    precision: config.train.trainer.precision,
    onProgress: ({ message }) => say(message),
  });
  const profiler = options.profile ? createSimpleProfiler() : null;
  const { metrics } = await trainKeypoints({
    ...training,
    out: { model: join(place(config.out), 'model'), logs: join(place(config.out), 'logs') },
    engine,
    onProgress: say,
    progress: progressOf(style),
    ...(profiler === null ? {} : { profiler }),
    signal,
  });
  if (profiler !== null) say(profiler.describe());
  if (options.json) printJson(metrics);
  else for (const [name, value] of Object.entries(metrics)) print(`${name} ${value}`);
}

async function prepareWorkDir(
  training: Pick<TrainKeypointsOptions, 'config' | 'train' | 'val' | 'workDir'>,
  resume: string,
): Promise<void> {
  switch (resume) {
    case 'auto':
      return;
    case 'never':
      await rm(training.workDir, { recursive: true, force: true });
      return;
    default:
      await placeCheckpoint(resume, training);
  }
}

/** A bar where somebody watches, lines elsewhere. */
function styleOf(style: ProgressStyle): Exclude<ProgressStyle, 'auto'> {
  if (style !== 'auto') return style;
  return process.stderr.isTTY ? 'bar' : 'plain';
}

function progressOf(style: Exclude<ProgressStyle, 'auto'>): Callback<KeypointBatch> {
  const samplesOf = ({ size }: KeypointBatch): number => size;
  switch (style) {
    case 'bar':
      return createProgressBar({ terminal: process.stderr, samplesOf });
    case 'plain':
      return createProgressLine({ write: sayLine, samplesOf });
    case 'json':
      return createProgressJson({ write: sayLine, samplesOf });
  }
}

function sayLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The bar is drawn again below the line. */
function sayOverBar(line: string): void {
  sayLine(`\r\u001B[2K${line}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
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
