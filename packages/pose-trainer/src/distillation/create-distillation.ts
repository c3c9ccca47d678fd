import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';
import type { CodecConfig } from '@limber/keypoints';
import { createCodec, simccBins } from '@limber/keypoints';
import type { TrainConfig } from '../configuration/train-config.ts';
import { heatmapLoss } from '../losses/heatmap-loss.ts';
import { simccBeta } from '../losses/pose-loss.ts';
import { simccLoss } from '../losses/simcc-loss.ts';
import { logOdds, toRows } from '../losses/spatial-logits.ts';
import type { Student } from './check-teacher.ts';
import { checkTeacher } from './check-teacher.ts';
import { spatialDivergence } from './distillation-loss.ts';
import { fitImage, fitImages } from './fit-images.ts';
import type { MapCodec } from './resample-output.ts';
import { createResample } from './resample-output.ts';
import type { Teacher } from './teacher.ts';

/** The images of a batch. */
type Images = Pick<KeypointBatch, 'images' | 'size'>;

/** Compares a student with its teacher. */
export interface Distillation {
  /** The share of this loss in the whole. */
  readonly alpha: number;
  /**
   * @param output - of the student, for the whole batch.
   * @returns how far it is from the teacher's: 0 if both are the same.
   */
  readonly of: (output: Tensor4D, batch: Images) => Scalar;
}

/**
 * Knowledge distillation: a student learns what its teacher sees in the same images, of all joints, also of those that are not
 * labelled.
 *
 * The teacher computes as in a prediction, with its running statistics, and gets no gradient. It sees the student's crop, resized
 * to its own input size; its output is resampled to the student's. What is compared follows from the student's loss: the heatmaps
 * (`squared-error`, `ohkm`), the softmaxes of their odds over the pixels (`cross-entropy`), or SimCC's bins (`kl-divergence`).
 *
 * @throws {LimberError} as {@link checkTeacher}.
 * @see Zhang et al. 2019, arXiv:1811.05419; Yang et al. 2023, arXiv:2307.15880 (DWPose), section 3.2.
 */
export function createDistillation(
  engine: Engine,
  { teacher, student }: { readonly teacher: Teacher; readonly student: Student },
  { alpha, temperature }: Pick<NonNullable<TrainConfig['distillation']>, 'alpha' | 'temperature'>,
): Distillation {
  const { tf } = engine;
  const from = checkTeacher(teacher, student);
  const codecs = { student: mapCodec(student.model.codec), teacher: mapCodec(teacher.model.codec) };
  const { cropConvention } = createCodec(codecs.student);
  const fit = fitImage(student.model.spec.inputSize, teacher.model.spec.inputSize, cropConvention);
  const resample = createResample(engine, codecs, fit);
  const { normalization } = teacher.model;
  const jointAxis = codecs.teacher.type === 'simcc' ? 2 : 3;
  const isSameJoints =
    from.length === teacher.skeleton.keypoints.length && from.every((joint, at) => joint === at);
  const look = (batch: Images): Tensor4D => {
    const images = fitImages(engine, batch, { fit, normalization });
    const output = teacher.model.model.apply(images, { training: false }) as Tensor4D;
    return isSameJoints ? output : tf.gather(output, from, jointAxis);
  };
  /** Nothing of what is computed for it is recorded for a way back. */
  const softTargets = (batch: Images, read: (output: Tensor4D) => Tensor4D): Tensor4D =>
    tf.customGrad(() => ({
      value: resample(read(look(batch))),
      gradFunc: () => tf.scalar(0),
    }))(tf.scalar(0)) as Tensor4D;
  const allJoints = ({ size }: Images): Tensor2D => tf.ones([size, from.length]);
  const of = (output: Tensor4D, batch: Images): Scalar => {
    const weights = allJoints(batch);
    if (codecs.student.type === 'simcc') {
      const target = softTargets(batch, (vectors) => vectors);
      const binsX = simccBins(codecs.student).x;
      const how = { weights, binsX, beta: simccBeta / temperature, hasLabelSoftmax: true };
      return simccLoss(engine, output, { target, ...how }).mul(temperature ** 2);
    }
    if (student.loss === 'cross-entropy') {
      const logits = softTargets(batch, (maps) => logOdds(engine, maps));
      const both = { student: logOdds(engine, output), teacher: logits };
      return spatialDivergence(engine, both, temperature);
    }
    const target = softTargets(batch, heightsOf(engine, teacher));
    return heatmapLoss(engine, output, { target, weights });
  };
  return { alpha, of: (output, batch) => tf.tidy(() => of(output, batch)) };
}

/** Configurations with another codec are refused before. */
function mapCodec(codec: CodecConfig): MapCodec {
  if (codec.type === 'regression') throw new Error('Joints that are regressed have no maps.');
  return codec;
}

/**
 * A teacher's heatmaps as those of labels are drawn. One that was trained by `cross-entropy` says in its odds where a joint may
 * be, and their height means nothing: the Gaussian that is expected then has each pixel's share of the odds, times the sum of a
 * Gaussian's pixels.
 */
function heightsOf(engine: Engine, { model, loss }: Teacher): (maps: Tensor4D) => Tensor4D {
  if (loss !== 'cross-entropy' || model.codec.type === 'simcc') return (maps) => maps;
  const { sigmaPx = 2 } = model.codec as { readonly sigmaPx?: number };
  return (maps) => {
    const [batch, height, width, joints] = maps.shape;
    const shares: Tensor = engine.tf.softmax(toRows(logOdds(engine, maps)), -1);
    return shares
      .mul(2 * Math.PI * sigmaPx ** 2)
      .reshape([batch, joints, height, width])
      .transpose([0, 2, 3, 1]);
  };
}
