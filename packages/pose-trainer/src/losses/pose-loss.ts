import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine, NamedWeight, Scalar, Tensor2D, Tensor4D } from '@limber/engine';
import type { CodecConfig, Skeleton } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { createCodec, simccBins } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import { crossEntropyLoss } from './cross-entropy-loss.ts';
import { heatmapLoss } from './heatmap-loss.ts';
import type { LossName } from './loss-names.ts';
import { lossesOf } from './loss-names.ts';
import { ohkmLoss } from './ohkm-loss.ts';
import { oksLoss } from './oks-loss.ts';
import { createRealNvp } from './real-nvp.ts';
import { rleLoss } from './rle-loss.ts';
import { simccLoss } from './simcc-loss.ts';

/** Compares a model's output with a batch. */
export interface PoseLoss {
  /** What of the loss itself is trained along with the model, and is no part of it. */
  readonly weights: readonly NamedWeight[];
  /** @param output - of the model, for the whole batch. */
  of(output: Tensor4D, batch: KeypointBatch): Scalar;
  /** Frees the weights. */
  dispose(): void;
}

/** What a loss belongs to. */
export interface PoseLossOptions {
  readonly engine: Engine;
  readonly model: Pick<PoseModel, 'codec' | 'spec'>;
  readonly skeleton: Pick<Skeleton, 'sigmas'>;
  /** Names the first weights. */
  readonly seed: number;
}

/** What is known of a batch. */
interface Truth {
  readonly target: Tensor4D;
  readonly weights: Tensor2D;
}

/** RTMPose's `beta`, with a softmax of the targets too. */
export const simccBeta = 10;

/**
 * Creates a loss.
 *
 * @returns a loss to be disposed.
 * @throws {LimberError} `invalid-argument` if the model's codec cannot be trained by it.
 */
export function createPoseLoss(name: LossName, options: PoseLossOptions): PoseLoss {
  const { engine, model } = options;
  const { tf } = engine;
  checkLoss(name, model.codec);
  const { jointCount } = model.spec;
  const shape = createCodec(model.codec).targetShape(jointCount);
  const [height, width, channels] = [1, ...shape].slice(-3) as [number, number, number];
  const flow = name === 'rle' ? createRealNvp(engine, options.seed) : null;
  const truthOf = ({ size, targets, weights }: KeypointBatch): Truth => ({
    target: tf.tensor4d(targets, [size, height, width, channels]),
    weights: tf.tensor2d(weights, [size, jointCount]),
  });
  const of: PoseLoss['of'] = (output, batch) => {
    const truth = truthOf(batch);
    switch (name) {
      case 'squared-error':
        return heatmapLoss(engine, output, truth);
      case 'ohkm':
        return ohkmLoss(engine, output, truth);
      case 'cross-entropy':
        return crossEntropyLoss(engine, output, truth);
      case 'kl-divergence': {
        const binsX = simccBins(model.codec).x;
        const how = { binsX, beta: simccBeta, hasLabelSoftmax: true };
        return simccLoss(engine, output, { ...truth, ...how });
      }
      case 'rle':
        return rleLoss(engine, output, { ...truth, flow: flow! });
      case 'oks': {
        const { sigmas } = options.skeleton;
        const areas = tf.tensor1d(batch.areas);
        return oksLoss(engine, output, {
          ...truth,
          areas,
          sigmas,
          inputSize: model.spec.inputSize,
        });
      }
    }
  };
  return {
    weights: flow?.weights ?? [],
    of: (output, batch) => tf.tidy(() => of(output, batch)),
    dispose: () => flow?.dispose(),
  };
}

function checkLoss(name: LossName, { type }: CodecConfig): void {
  if (lossesOf[type].includes(name)) return;
  throw new LimberError('invalid-argument', {
    where: `loss "${name}"`,
    what: `not for the codec ${type}`,
    expected: lossesOf[type].join(' or '),
    got: name,
  });
}
