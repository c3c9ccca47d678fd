import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeypointBatch, LoaderOptions } from '@limber/dataset-loader';
import { KeypointDataset, KeypointLoader } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { checkTensorSizes } from '@limber/engine';
import { chooseSigmas, describeMeasure } from '@limber/evaluator';
import { LimberError, writeFileAtomic } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { readCoco } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import { createModel, saveModel } from '@limber/model-zoo';
import type { Callback, Profiler } from '@limber/trainer';
import { lateAugmentationOf } from '../configuration/late-augmentation.ts';
import type { TrainConfig } from '../configuration/train-config.ts';
import { createContactSheet } from '../drawing/contact-sheet.ts';
import { createPredictionImages } from '../drawing/prediction-images.ts';
import { checkJoints } from '../prediction/check-joints.ts';
import { createKeypointPredictor } from '../prediction/keypoint-predictor.ts';
import { createPlainLoader, prefetchOf } from '../prediction/predict-keypoints.ts';
import { asRank } from './as-rank.ts';
import { digestFunctions } from './digest-functions.ts';
import { createFloat32Notice } from './float32-notice.ts';
import { initializeModel } from './initialize-model.ts';
import { createKeypointModule } from './keypoint-module.ts';
import { KeypointTrainer } from './keypoint-trainer.ts';
import { readSkippedPersons } from './skipped-persons.ts';

/** What is trained, on which shards, and where the results go. */
export interface TrainKeypointsOptions {
  readonly config: TrainConfig;
  /** Folder of the training split's shards. */
  readonly train: string;
  /** Folder of the validation split's shards. */
  readonly val: string;
  /** What paths of functions in `augmentation.order` count from; by default the working folder. */
  readonly folder?: string;
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
  /** Is given what a person must see: who was skipped. By default `onProgress` is. */
  readonly onWarning?: (line: string) => void;
  /** In place of a plain line every few seconds. */
  readonly progress?: Callback<KeypointBatch>;
  /** Measures how long everything takes. */
  readonly profiler?: Profiler;
  /** Finishes the current step, saves, and throws `TrainingInterrupted`. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a pose model on packed shards and writes it out. Persons that were skipped are named in `logs/skipped.json`.
 *
 * Killed at any moment and run again, it ends with the same model and the same metrics.jsonl, byte for byte, on the same
 * machine with the same number of threads.
 *
 * @returns metrics of the weights that were kept, such as `val/AP`.
 * @throws {LimberError} `invalid-config`, `shape-mismatch` or `corrupt-data`; {@link TrainingInterrupted} after the signal.
 */
export function trainKeypoints(
  options: TrainKeypointsOptions,
): Promise<{ metrics: Record<string, number> }> {
  return asRank(options.engine, () => train(options));
}

async function train(options: TrainKeypointsOptions): Promise<{ metrics: Record<string, number> }> {
  const { config, engine, workDir, out, folder = process.cwd() } = options;
  const { onProgress = () => {}, onWarning = onProgress } = options;
  const opened: Closable[] = [];
  const models: PoseModel[] = [];
  const rank = engine.collectives?.rank ?? 0;
  const ownLogs = join(workDir, 'logs', ...(rank === 0 ? [] : [`rank-${rank}`]));
  const skippedPersons = await readSkippedPersons(ownLogs, onWarning);
  try {
    const train = await KeypointDataset.open(options.train);
    opened.push(train);
    const val = await KeypointDataset.open(options.val);
    opened.push(val);
    const { skeleton } = train;
    checkJoints(val, skeleton, options.val);
    const model = createPoseModel(engine, config, skeleton.keypoints.length);
    models.push(model);
    checkTensorSizes(engine, model.model, config.batchSize);
    const basedOn = await initializeModel(options, { model, skeleton });
    describeRun(options, model, { trained: train.size, validated: val.size });
    const loader = createTrainLoader(train, model, {
      config,
      collectives: engine.collectives,
      folder,
      onSkip: skippedPersons.onSkip('train'),
    });
    const onSkip = skippedPersons.onSkip('val');
    const valLoader = createPlainLoader(val, model, {
      ...toleranceOf(config),
      batchSize: config.batchSize,
      workers: config.workers,
      onSkip,
    });
    opened.push(loader, valLoader);
    const truth = { ...(await readCoco(val.annotations)), skeleton };
    onProgress(describeMeasure(truth, chooseSigmas(truth)));
    const validationPersons = val.size;
    const module = createKeypointModule({ engine, model, config, truth, validationPersons });
    const functions = await digestFunctions(config, folder);
    const identity = { config, skeleton, train: train.digest, val: val.digest, functions };
    const callbacks = [
      ...(rank === 0 ? createDrawings(options, model, skeleton) : []),
      createFloat32Notice(engine, onProgress),
      {
        onTrainBatchEnd: () => skippedPersons.save(),
        onValidationBatchEnd: () => skippedPersons.save(),
      } satisfies Callback<KeypointBatch>,
    ];
    const trainer = new KeypointTrainer({ ...options, identity, callbacks });
    await trainer.fit(module, { train: loader, val: valLoader });
    await skippedPersons.save();
    if (rank > 0) return { metrics: {} };
    const metrics = await trainer.restoreKept(module, valLoader);
    await skippedPersons.save();
    await saveModel(out.model, model, { skeleton, ...(basedOn && { basedOn }) });
    await writeLogs(workDir, out.logs, config);
    return { metrics };
  } finally {
    for (const model of models) model.dispose();
    await skippedPersons.save();
    await closeAll(opened.reverse(), options.onProgress);
  }
}

interface Closable {
  close(): void | Promise<void>;
}

/** One that cannot be closed neither keeps the others open nor hides why training ended. */
async function closeAll(
  opened: readonly Closable[],
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  for (const one of opened) {
    try {
      await one.close();
    } catch (error) {
      onProgress(`The data could not be closed: ${String(error)}`);
    }
  }
}

function createTrainLoader(
  dataset: KeypointDataset,
  { codec }: PoseModel,
  {
    config,
    folder,
    onSkip,
    collectives,
  }: { readonly config: TrainConfig; readonly folder: string } & Pick<
    Required<LoaderOptions>,
    'onSkip'
  > &
    Pick<Engine, 'collectives'>,
): KeypointLoader {
  const { seed, augmentation, workers } = config;
  const { rank, worldSize } = collectives ?? { rank: 0, worldSize: 1 };
  checkShare(config, worldSize, dataset);
  const batchSize = config.batchSize / worldSize;
  const prefetch = prefetchOf(workers);
  const order = { batchSize, seed, shuffle: true, dropLast: dataset.size > config.batchSize };
  const lateAugmentation = lateAugmentationOf(config);
  return new KeypointLoader(dataset, {
    ...toleranceOf(config),
    ...order,
    rank,
    worldSize,
    codec,
    augmentation,
    lateAugmentation,
    folder,
    workers,
    prefetch,
    onSkip,
  });
}

/** Several ranks take equal parts of every batch. */
function checkShare(
  { batchSize }: Pick<TrainConfig, 'batchSize'>,
  worldSize: number,
  { size, folder }: KeypointDataset,
): void {
  if (worldSize === 1 || (batchSize % worldSize === 0 && size >= batchSize)) return;
  throw new LimberError('invalid-config', {
    where: 'batchSize',
    what: `${worldSize} processes take equal parts of a batch`,
    expected: `a multiple of ${worldSize}, of at most the ${size} persons in ${folder}`,
    got: `${batchSize}`,
  });
}

/** What a loader puts up with. */
function toleranceOf({
  onBadSample,
  skipLimit,
  workerTimeoutSeconds,
}: TrainConfig): Pick<LoaderOptions, 'onBadSample' | 'skipLimit' | 'workerTimeoutMs'> {
  return {
    onBadSample,
    ...(skipLimit === null ? {} : { skipLimit }),
    workerTimeoutMs: Math.ceil(workerTimeoutSeconds * 1000),
  };
}

/** The first batch as a picture; and drawn predictions for TensorBoard, if the configuration asks for them. */
function createDrawings(
  { engine, config, workDir, onProgress = () => {} }: TrainKeypointsOptions,
  model: PoseModel,
  skeleton: Skeleton,
): Callback<KeypointBatch>[] {
  const { inputSize } = model.spec;
  const sheet = join(workDir, 'logs', 'first-batch.jpg');
  const first = createContactSheet(sheet, { skeleton, inputSize, onProgress });
  const persons = config.logging.tensorboard?.images ?? 0;
  if (persons === 0) return [first];
  const predictor = createKeypointPredictor({ engine, model, categoryId: 1 });
  return [first, createPredictionImages({ predictor, skeleton, inputSize, persons })];
}

function describeRun(
  { engine, config, onProgress = () => {} }: TrainKeypointsOptions,
  { parameterCount }: PoseModel,
  persons: { readonly trained: number; readonly validated: number },
): void {
  const processes =
    engine.collectives === null ? '' : `, ${engine.collectives.worldSize} processes`;
  const ofThreads = engine.threads === null ? '' : `, ${engine.threads} threads`;
  const threads = `${ofThreads}${processes}`;
  onProgress(
    `${config.model} with ${parameterCount} parameters, ${persons.trained} persons to train on, ${persons.validated} to validate, ` +
      `on ${engine.kind} (${engine.precision}${threads}).`,
  );
}

function createPoseModel(
  engine: Engine,
  { model, inputSize, seed }: TrainConfig,
  jointCount: number,
): PoseModel {
  const [height, width] = inputSize;
  const spec = { name: model, inputSize: { height, width }, jointCount };
  return createModel(engine, spec, { seed });
}

/** Copies whatever was logged, and writes down what it was logged with. */
async function writeLogs(workDir: string, logs: string, config: TrainConfig): Promise<void> {
  await mkdir(logs, { recursive: true });
  const from = join(workDir, 'logs');
  for (const name of await readdir(from, { recursive: true })) {
    const file = join(from, name);
    if (!(await stat(file)).isFile()) continue;
    await mkdir(dirname(join(logs, name)), { recursive: true });
    await writeFileAtomic(join(logs, name), await readFile(file));
  }
  await writeFileAtomic(join(logs, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}
