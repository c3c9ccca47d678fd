/**
 * Fields of a training configuration, named as in YAML. The trainer's schema checks them where they are used.
 *
 * A recipe never changes: another one gets another model name.
 */
export type Recipe = Readonly<Record<string, unknown>>;

/**
 * MMPose's `td-hm_res50_8xb64-210e_coco-256x192` and its siblings: 8 x 64 persons a step, Adam at 0.0005 with a warm-up of 500
 * steps, divided by 10 after epochs 170 and 200 of 210; flip, half body, shift, scale and rotation at their defaults.
 */
export const topDownHeatmapRecipe: Recipe = {
  inputSize: [256, 192],
  epochs: 210,
  batchSize: 64,
  trainer: { accumulateGradBatches: 8, checkValEveryNEpoch: 10, logEveryNSteps: 50 },
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

/** What `pipelines/squat.yaml` trains: minutes on two processor cores. */
export const limberTinyRecipe: Recipe = {
  inputSize: [160, 128],
  epochs: 26,
  batchSize: 32,
  optimizer: { type: 'adamw', learningRate: 0.003 },
  trainer: { checkValEveryNEpoch: 2 },
};
