import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import { loadEngine } from '@limber/engine';
import type { TrainKeypointsOptions } from '@limber/pose-trainer';
import { placeCheckpoint, trainKeypoints } from '@limber/pose-trainer';
import type { Callback } from '@limber/trainer';
import {
  createProgressBar,
  createProgressJson,
  createProgressLine,
  createSimpleProfiler,
} from '@limber/trainer';
import { chooseStart, rankOptionsOf } from '../../ranks/choose-start.ts';
import { launchRanks, ownCommand } from '../../ranks/launch-ranks.ts';
import { endWithLauncher } from '../../ranks/rank-messages.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { printResult } from '../../terminal/print-result.ts';
import { readTrainFile } from './train-file.ts';

/** How `limber train` shows its progress. */
type ProgressStyle = 'auto' | 'bar' | 'plain' | 'json';

/** The options of a training from a file. */
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
  const { data, out, train: config } = await readTrainFile(file);
  const place = (...path: string[]): string => resolve(dirname(file), ...path);
  const training = {
    config,
    train:
      typeof data.train === 'string'
        ? place(data.train)
        : Object.fromEntries(
            Object.entries(data.train).map(([name, folder]) => [name, place(folder)]),
          ),
    val: place(data.val),
    workDir: place(out, 'work'),
    folder: place('.'),
  };
  const start = chooseStart(config);
  const isFirst = start.type !== 'rank' || start.ranks.rank === 0;
  if (isFirst) await prepareWorkDir(training, options.resume);
  const signal = abortOnSignals();
  const style = styleOf(options.progress);
  if (start.type === 'launch') {
    return launchRanks({
      command: [...ownCommand(), ...wordsFor(file, { ...options, progress: style })],
      ranks: start,
      isNetworkTrusted: config.trainer.trustedNetwork,
      inheritsOutput: true,
      signal,
    });
  }
  if (start.type === 'rank') endWithLauncher();
  const say = style === 'bar' ? writeLineAboveBar : writeLine;
  const engine = await loadEngine({
    backend: config.engine,
    precision: config.trainer.precision,
    onProgress: ({ message }) => say(message),
    ...rankOptionsOf(start),
  });
  const profiler = options.profile ? createSimpleProfiler() : null;
  const { metrics } = await trainKeypoints({
    ...training,
    out: { model: place(out, 'model'), logs: place(out, 'logs') },
    engine,
    ...(isFirst ? { onProgress: say } : { onWarning: say }),
    progress: progressOf(style),
    ...(profiler === null ? {} : { profiler }),
    signal,
  });
  if (profiler !== null && isFirst) say(profiler.describe());
  if (!isFirst) return;
  printResult(metrics, {
    json: options.json,
    lines: () => Object.entries(metrics).map(([name, value]) => `${name} ${value}`),
  });
}

/** The same training as one of several ranks; the working folder is ready by then. */
function wordsFor(file: string, { progress, profile, json }: TrainFromFileOptions): string[] {
  const flags = [...(profile ? ['--profile'] : []), ...(json ? ['--json'] : [])];
  return ['train', file, '--progress', progress, ...flags];
}

async function prepareWorkDir(
  training: Pick<TrainKeypointsOptions, 'config' | 'train' | 'val' | 'folder' | 'workDir'>,
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

/** A bar in a terminal, lines elsewhere. */
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
      return createProgressLine({ write: writeLine, samplesOf });
    case 'json':
      return createProgressJson({ write: writeLine, samplesOf });
  }
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The bar is drawn again below the line. */
function writeLineAboveBar(line: string): void {
  writeLine(`\r\u001B[2K${line}`);
}
