import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import { KeypointDataset } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { checkTensorSizes, namedWeights } from '@limber/engine';
import { chooseSigmas, describeMeasure } from '@limber/evaluator';
import { LimberError, writeFileAtomic } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { readCoco } from '@limber/keypoints';
import type { ModelSpec, PoseModel } from '@limber/model-zoo';
import { createModel, isOwnArchitecture, loadArchitecture, saveModel } from '@limber/model-zoo';
import type { Callback, Profiler } from '@limber/trainer';
import { namesLayer } from '../configuration/frozen-layers.ts';
import type { TrainConfig } from '../configuration/train-config.ts';
import { createContactSheet } from '../drawing/contact-sheet.ts';
import { createPredictionImages } from '../drawing/prediction-images.ts';
import { checkJoints } from '../prediction/check-joints.ts';
import { createKeypointPredictor } from '../prediction/keypoint-predictor.ts';
import { createPlainLoader } from '../prediction/predict-keypoints.ts';
import { lossesOf } from '../losses/loss-names.ts';
import type { PoseLoss } from '../losses/pose-loss.ts';
import { createPoseLoss } from '../losses/pose-loss.ts';
import { asRank } from './as-rank.ts';
import { openDistillation } from '../distillation/open-distillation.ts';
import { createTrainLoader, toleranceOf } from './create-train-loader.ts';
import { digestFunctions } from './digest-functions.ts';
import { createFloat32Notice } from './float32-notice.ts';
import { initializeModel } from './initialize-model.ts';
import { createKeypointModule } from './keypoint-module.ts';
import { countTransformerLayers } from './layer-rates.ts';
import { KeypointTrainer } from './keypoint-trainer.ts';
import type { TrainingShards } from './open-training.ts';
import { openTraining } from './open-training.ts';
import { readSkippedPersons } from './skipped-persons.ts';
import type { ValidatedPersons } from './validation-predictions.ts';
import { writeValidationPredictions } from './validation-predictions.ts';

/** What is trained, on which shards, and where the results go. */
export interface TrainKeypointsOptions {
  readonly config: TrainConfig;
  /** Folder of the training split's shards; of several, by the names in `config.mix`. */
  readonly train: TrainingShards;
  /** Folder of the validation split's shards. */
  readonly val: string;
  /** Folder of the trained model that `config.distillation` is about, where that names none. */
  readonly teacher?: string;
  /**
   * What paths in the configuration count from: of the user's own code (`model`, functions in `augmentation.order`) and of
   * `distillation.teacher`; by default the working folder.
   */
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
 * Trains a pose model on packed shards and writes it out. Persons that were skipped are named in `logs/skipped.json`; what the
 * last validation found is in `logs/validation.json`, and the folder of its shards in `data.json` of the working folder.
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
  const losses: PoseLoss[] = [];
  const rank = engine.collectives?.rank ?? 0;
  const ownLogs = join(workDir, 'logs', ...(rank === 0 ? [] : [`rank-${rank}`]));
  const skippedPersons = await readSkippedPersons(ownLogs, onWarning);
  try {
    const train = await openTraining(options.train, config);
    opened.push(train);
    const val = await KeypointDataset.open(options.val);
    opened.push(val);
    const { skeleton } = train;
    checkJoints(val, skeleton, options.val);
    const architecture = await loadOwnArchitecture(config, folder);
    const jointCount = skeleton.keypoints.length;
    const model = createPoseModel(engine, config, { jointCount, ...architecture });
    models.push(model);
    checkOwnLayers(model, config);
    checkTensorSizes(engine, model.model, config.batchSize);
    const basedOn = await initializeModel(options, { model, skeleton });
    describeRun(options, model, { trained: train.dataset.epochLength, validated: val.size });
    const loader = createTrainLoader(train.dataset, model, {
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
    const lossName = config.loss ?? lossesOf[model.codec.type][0];
    const loss = createPoseLoss(lossName, { engine, model, skeleton, seed: config.seed });
    losses.push(loss);
    const student = { model, skeleton, loss: lossName };
    const lesson = await openDistillation({ ...options, folder }, student);
    if (lesson !== null) models.push(lesson.teacher.model);
    const data = { val: resolve(options.val) };
    await mkdir(workDir, { recursive: true });
    if (rank === 0) {
      await writeFileAtomic(join(workDir, 'data.json'), `${JSON.stringify(data)}\n`);
    }
    const module = createKeypointModule({
      engine,
      model,
      loss,
      distillation: lesson?.distillation ?? null,
      config,
      truth,
      validationPersons,
      ...(rank === 0 && {
        onValidated: (found: ValidatedPersons) =>
          writeValidationPredictions(join(workDir, 'logs', 'validation.json'), found),
      }),
    });
    const functions = await digestFunctions(config, folder);
    const identity = {
      config,
      skeleton,
      train: train.digest,
      val: val.digest,
      functions,
      ...(lesson !== null && { teacher: lesson.digest }),
    };
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
    if (rank > 0) return { metrics: {} };
    const metrics = await trainer.restoreKept(module, valLoader);
    await skippedPersons.save();
    await saveModel(out.model, model, { skeleton, loss: lossName, ...(basedOn && { basedOn }) });
    await writeLogs(workDir, out.logs, config);
    return { metrics };
  } finally {
    for (const disposable of [...losses, ...models]) disposable.dispose();
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
  { model, inputSize, codec, seed }: TrainConfig,
  more: Pick<ModelSpec, 'jointCount' | 'architecture'>,
): PoseModel {
  const [height, width] = inputSize;
  const size = { height, width };
  const spec = { name: model, inputSize: size, ...more, ...(codec !== null && { codec }) };
  return createModel(engine, spec, { seed });
}

async function loadOwnArchitecture(
  { model }: TrainConfig,
  folder: string,
): Promise<Pick<ModelSpec, 'architecture'>> {
  if (!isOwnArchitecture(model)) return {};
  return { architecture: await loadArchitecture(model, folder) };
}

/** Of an own architecture the names are only known now. */
function checkOwnLayers({ model, spec }: PoseModel, { frozen, layerDecay }: TrainConfig): void {
  if (spec.architecture === undefined) return;
  const names = namedWeights(model).map(({ name }) => name);
  if (layerDecay !== null && countTransformerLayers(names) === 0) {
    throw new LimberError('invalid-config', {
      where: 'layerDecay',
      what: `${spec.name} has no layers to count, which would be named backbone.layers.0, backbone.layers.1, …`,
      expected: 'null',
      got: `${layerDecay}`,
      fix: 'Rename the layers, or leave layerDecay out.',
    });
  }
  const missing = frozen.find((pattern) => !names.some((name) => namesLayer(pattern, name)));
  if (missing === undefined) return;
  throw new LimberError('invalid-config', {
    where: 'frozen',
    what: `${spec.name} has no layer with weights of this name`,
    got: `"${missing}"`,
  });
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
