import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { KeypointDataset, KeypointLoader } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { LimberError, nearestName, readCoco } from '@limber/keypoints';
import {
  createModel,
  type ModelName,
  modelNames,
  type PoseModel,
  saveModel,
  writeFileAtomic,
} from '@limber/model-zoo';
import type { TrainConfig } from '../config/train-config.ts';

import { checkJoints } from './check-joints.ts';
import { createKeypointModule } from './keypoint-module.ts';
import { KeypointTrainer } from './keypoint-trainer.ts';
import { createPlainLoader, prefetchOf } from './predict-keypoints.ts';

/** What is trained on what, and where everything goes. */
export interface TrainKeypointsOptions {
  readonly config: TrainConfig;
  /** Folder of the training split's shards. */
  readonly train: string;
  /** Folder of the validation split's shards. */
  readonly val: string;
  /** Checkpoints live here. If it has some, training goes on from the last good one. */
  readonly workDir: string;
  readonly out: {
    /** Folder of the trained model: `weights.safetensors`, `model.json`. */
    readonly model: string;
    /** Folder of `metrics.jsonl`, `timing.jsonl` and `config.json`. */
    readonly logs: string;
  };
  readonly engine: Engine;
  readonly onProgress?: (line: string) => void;
  /** Finishes the step at hand, saves, and throws `TrainingInterrupted`. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a pose model on packed shards and writes it out.
 *
 * Killed at any moment and run again, it ends with the same model and the same metrics.jsonl, byte for byte, on the same
 * machine with the same number of threads.
 *
 * @returns metrics of the weights that were kept, such as `val/AP`.
 * @throws {LimberError} `invalid-config`, `shape-mismatch` or `corrupt-data`; {@link TrainingInterrupted} after the signal.
 */
export async function trainKeypoints(
  options: TrainKeypointsOptions,
): Promise<{ metrics: Record<string, number> }> {
  const { config, engine, workDir, out } = options;
  checkPrecision(config, engine);
  const train = await KeypointDataset.open(options.train);
  const val = await KeypointDataset.open(options.val);
  const loaders: KeypointLoader[] = [];
  const models: PoseModel[] = [];
  try {
    const { skeleton } = train;
    checkJoints(val, skeleton, options.val);
    const model = createPoseModel(engine, config, skeleton.keypoints.length);
    models.push(model);
    describeRun(options, model, train.length, val.length);
    const loader = createTrainLoader(train, model, config);
    const valLoader = createPlainLoader(val, model, config);
    loaders.push(loader, valLoader);
    const truth = { ...(await readCoco(val.annotations)), skeleton };
    const validationPersons = val.length;
    const module = createKeypointModule({ engine, model, config, truth, validationPersons });
    const identity = { config, skeleton, train: train.digest, val: val.digest };
    const trainer = new KeypointTrainer({ ...options, identity });
    await trainer.fit(module, { train: loader, val: valLoader });
    const metrics = await trainer.restoreKept(module);
    await saveModel(out.model, model, { skeleton });
    await writeLogs(workDir, out.logs, config);
    return { metrics };
  } finally {
    for (const model of models) model.dispose();
    for (const loader of loaders) await loader.close();
    await train.close();
    await val.close();
  }
}

function createTrainLoader(
  dataset: KeypointDataset,
  { codec }: PoseModel,
  { batchSize, seed, augmentation, workers }: TrainConfig,
): KeypointLoader {
  const prefetch = prefetchOf(workers);
  const order = { batchSize, seed, shuffle: true, dropLast: true };
  return new KeypointLoader(dataset, { ...order, codec, augmentation, workers, prefetch });
}

function describeRun(
  { engine, config, onProgress = () => {} }: TrainKeypointsOptions,
  { parameterCount }: PoseModel,
  trainPersons: number,
  valPersons: number,
): void {
  const threads = engine.threads === null ? '' : `, ${engine.threads} threads`;
  onProgress(
    `${config.model} with ${parameterCount} parameters, ${trainPersons} persons to train on, ${valPersons} to validate, ` +
      `on ${engine.kind} (${engine.precision}${threads}).`,
  );
}

function createPoseModel(
  engine: Engine,
  { model, inputSize, seed }: TrainConfig,
  jointCount: number,
): PoseModel {
  const [height, width] = inputSize;
  const spec = { name: checkModelName(model), inputSize: { height, width }, jointCount };
  return createModel(engine, spec, { seed });
}

function checkModelName(name: string): ModelName {
  const known = modelNames.find((one) => one === name);
  if (known !== undefined) return known;
  const nearest = nearestName(name, modelNames);
  throw new LimberError('invalid-config', {
    where: 'model',
    what: 'no such model',
    expected: `one of ${modelNames.join(', ')}`,
    got: `"${name}"`,
    ...(nearest === undefined ? {} : { fix: `Did you mean "${nearest}"?` }),
  });
}

function checkPrecision({ precision }: TrainConfig, engine: Engine): void {
  if (precision === 'auto' || precision === engine.precision) return;
  throw new LimberError('invalid-config', {
    where: 'precision',
    what: 'the engine was loaded with another precision',
    expected: precision,
    got: engine.precision,
    fix: 'Load the engine with the precision of the configuration.',
  });
}

async function writeLogs(workDir: string, logs: string, config: TrainConfig): Promise<void> {
  await mkdir(logs, { recursive: true });
  for (const name of ['metrics.jsonl', 'timing.jsonl']) {
    const log = await readFile(path.join(workDir, 'logs', name));
    await writeFileAtomic(path.join(logs, name), [log]);
  }
  const text = `${JSON.stringify(config, null, 2)}\n`;
  await writeFileAtomic(path.join(logs, 'config.json'), [Buffer.from(text)]);
}
