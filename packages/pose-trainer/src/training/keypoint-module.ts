import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine, NamedWeight, OptimizerConfig, Scalar } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import type { CocoResult } from '@limber/evaluator';
import { flipIndices } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import type { TrainingModule, ValidationModule } from '@limber/trainer';
import { TrainingDiverged } from '@limber/trainer';
import type { TrainConfig } from '../configuration/train-config.ts';
import { createKeypointPredictor } from '../prediction/keypoint-predictor.ts';
import type { Distillation } from '../distillation/create-distillation.ts';
import type { PoseLoss } from '../losses/pose-loss.ts';
import { createSchedule } from './create-schedule.ts';
import type { PoseTruth } from './evaluate-results.ts';
import { evaluateResults, restrictTruth } from './evaluate-results.ts';
import { countTransformerLayers, isDecaying, layerRate } from './layer-rates.ts';
import type { ValidatedPersons } from './validation-predictions.ts';

/** What a pose model is trained with. */
export interface KeypointModuleOptions {
  readonly engine: Engine;
  /** Stays the caller's. */
  readonly model: PoseModel;
  /** Stays the caller's; what it trains along with the model is trained and kept in checkpoints. */
  readonly loss: PoseLoss;
  /** What is learned from a teacher beside the labels; null: nothing. */
  readonly distillation?: Distillation | null;
  readonly config: Pick<TrainConfig, 'optimizer' | 'layerDecay' | 'schedule' | 'flipTest'>;
  /** What validation is scored against. */
  readonly truth: PoseTruth;
  /** Persons in a whole validation pass; in a smaller one, the others do not count as missed. */
  readonly validationPersons: number;
  /** Is given what each validation found, before it is scored. */
  readonly onValidated?: (found: ValidatedPersons) => void;
}

/**
 * The step of a pose model: the loss in training; loss, COCO AP and PCK in validation.
 *
 * Logs `train/loss` by step, and with a teacher its parts `train/label_loss` and `train/distillation_loss`; `val/loss`, against the labels alone, `val/AP`, `val/AP50`, `val/AP75` and `val/PCK` by validation pass.
 */
export function createKeypointModule({
  engine,
  model,
  loss: poseLoss,
  distillation = null,
  config,
  truth,
  validationPersons,
  onValidated = () => {},
}: KeypointModuleOptions): TrainingModule<KeypointBatch> & ValidationModule<KeypointBatch> {
  const predictor = createKeypointPredictor({
    engine,
    model,
    categoryId: truth.category.id,
    ...(config.flipTest ? { flipIndices: flipIndices(truth.skeleton) } : {}),
  });
  let results: CocoResult[] = [];
  let annotationIds: number[] = [];

  const weights = [...predictor.weights, ...poseLoss.weights];

  return {
    weights,
    configureOptimizers: (trainer) => {
      const steps = { total: trainer.estimatedSteppingBatches, perEpoch: trainer.stepsPerEpoch };
      const trainable = weights.filter(({ isTrainable }) => isTrainable);
      const variables = trainable.map(({ variable }) => variable);
      const decaying = new Set(
        trainable
          .filter(({ name, variable }) => isDecaying(name, variable.rank))
          .map(({ variable }) => variable.name),
      );
      const { learningRate: _, ...settings } = config.optimizer;
      return {
        optimizer: createOptimizer(engine, variables, {
          ...settings,
          decays: (name) => decaying.has(name),
          ...layerRatesOf(config.layerDecay, trainable),
        }),
        schedule: createSchedule(config, steps),
      };
    },
    trainingStep: (batch, _index, trainer) => {
      const output = predictor.forward(batch, true);
      const ofLabels = poseLoss.of(output, batch);
      if (distillation === null) {
        trainer.log('train/loss', ofLabels, { progressBar: true });
        return ofLabels;
      }
      const ofTeacher = distillation.of(output, batch);
      const { alpha } = distillation;
      const loss: Scalar = ofLabels.mul(1 - alpha).add(ofTeacher.mul(alpha));
      trainer.log('train/loss', loss, { progressBar: true });
      trainer.log('train/label_loss', ofLabels);
      trainer.log('train/distillation_loss', ofTeacher);
      return loss;
    },
    onValidationEpochStart: () => {
      results = [];
      annotationIds = [];
    },
    validationStep: async (batch, _index, trainer) => {
      const output = predictor.forward(batch, false);
      const [[loss = Number.NaN], averaged] = await Promise.all([
        poseLoss.of(output, batch).data(),
        predictor.withMirror(batch, output).data<'float32'>(),
      ]);
      const at = { step: trainer.globalStep, epoch: trainer.currentEpoch };
      if (!Number.isFinite(loss)) throw new TrainingDiverged(loss, at);
      trainer.log('val/loss', loss, { batchSize: batch.size });
      results.push(...predictor.decode(averaged, batch));
      annotationIds.push(...batch.annotationIds);
    },
    onValidationEpochEnd: (trainer) => {
      onValidated({ step: trainer.globalStep, results, annotationIds });
      const seen = new Set(annotationIds);
      const isWhole = seen.size === validationPersons;
      const looked = isWhole ? truth : restrictTruth(truth, seen);
      const scores = evaluateResults(looked, results, annotationIds);
      for (const [name, value] of Object.entries(scores)) {
        trainer.log(`val/${name}`, value, { progressBar: name === 'AP' });
      }
      results = [];
    },
  };
}

/** Factors on the learning rates of a transformer's layers. */
function layerRatesOf(
  decay: number | null,
  weights: readonly NamedWeight[],
): Pick<OptimizerConfig, 'rateOf'> {
  if (decay === null) return {};
  const layers = countTransformerLayers(weights.map(({ name }) => name));
  const rates = new Map(
    weights.map(({ name, variable }) => [variable.name, layerRate(name, { decay, layers })]),
  );
  return { rateOf: (name) => rates.get(name)! };
}
