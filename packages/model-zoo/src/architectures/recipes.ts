/**
 * Fields of a training configuration, named as in YAML. The trainer's schema checks them where they are used.
 *
 * A recipe never changes: another one gets another model name.
 */
export type Recipe = Readonly<Record<string, unknown>>;

/** How MMPose's recipes train: eight parts a step, a validation every ten epochs. */
const mmposeTrainer = { accumulateGradBatches: 8, checkValEveryNEpoch: 10, logEveryNSteps: 50 };

/**
 * MMPose's `td-hm_res50_8xb64-210e_coco-256x192` and its siblings: 8 x 64 persons a step, Adam at 0.0005 with a warm-up of 500
 * steps, divided by 10 after epochs 170 and 200 of 210; flip, half body, shift, scale and rotation at their defaults.
 */
export const topDownHeatmapRecipe: Recipe = {
  inputSize: [256, 192],
  epochs: 210,
  batchSize: 64,
  trainer: mmposeTrainer,
  optimizer: { type: 'adam', learningRate: 5e-4 },
  schedule: {
    type: 'multistep',
    milestoneEpochs: [170, 200],
    factor: 0.1,
    warmupSteps: 500,
    warmupFactor: 0.001,
  },
  flipTest: true,
  keep: 'best',
};

/** Blur and dropout as RTMPose's two stages have them; they differ in how often a part is covered. */
function rtmPoseImages(coverProbability: number): Recipe {
  return { hsv: {}, blur: {}, medianBlur: {}, coarseDropout: { probability: coverProbability } };
}

/**
 * MMPose's `rtmpose-*_8xb256-420e_coco-256x192`: 8 x 256 persons a step, AdamW at 0.004, after a warm-up of 1000 steps the same
 * up to epoch 210, then along a cosine down to a twentieth; milder augmentation in the last 30 epochs.
 *
 * The average of the weights has its full length from the first step on, where MMPose's `ExpMomentumEMA` grows into it over
 * some 2000. MMPose starts from a backbone that was pretrained on poses; `init` reads such a file.
 *
 * @param size.weightDecay - 0 for RTMPose-t and -s, 0.05 for -m.
 * @param size.hasAverage - RTMPose-t goes without.
 */
export function rtmPoseRecipe({
  weightDecay,
  hasAverage,
}: {
  readonly weightDecay: number;
  readonly hasAverage: boolean;
}): Recipe {
  return {
    inputSize: [256, 192],
    epochs: 420,
    batchSize: 256,
    trainer: mmposeTrainer,
    optimizer: { type: 'adamw', learningRate: 4e-3, weightDecay },
    schedule: {
      type: 'cosine',
      startFraction: 0.5,
      endFactor: 0.05,
      warmupSteps: 1000,
      warmupFactor: 1e-5,
    },
    augmentation: { scale: [0.6, 1.4], rotation: { degrees: 80 }, ...rtmPoseImages(1) },
    lateAugmentation: {
      lastEpochs: 30,
      augmentation: {
        shift: { probability: 0 },
        scale: [0.75, 1.25],
        rotation: { degrees: 60 },
        ...rtmPoseImages(0.5),
      },
    },
    ...(hasAverage && { ema: { decay: 1 - 0.0002 } }),
    flipTest: true,
    keep: 'best',
  };
}

/**
 * MMPose's `td-hm_ViTPose-small_8xb64-210e_coco-256x192`: that of heatmaps, but for AdamW with a weight decay of 0.1, layers that
 * learn 0.8 times as fast as the one after them, and gradients of a norm of at most 1. Its paths are dropped in the
 * architecture. MMPose starts from a backbone pretrained by MAE; `init` reads such a file.
 */
export const vitPoseSmallRecipe: Recipe = {
  ...topDownHeatmapRecipe,
  trainer: { ...mmposeTrainer, gradientClipVal: 1 },
  optimizer: { type: 'adamw', learningRate: 5e-4, weightDecay: 0.1 },
  layerDecay: 0.8,
};

/** Minutes on two processor cores. */
export const limberRecipe: Recipe = {
  inputSize: [160, 128],
  epochs: 26,
  batchSize: 32,
  optimizer: { type: 'adamw', learningRate: 0.003 },
  trainer: { checkValEveryNEpoch: 2 },
};
