import type { BackendChoice } from '@limber/engine/backends';
import { backendNames } from '@limber/engine/backends';
import { join } from 'node:path';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';

/** How a model is evaluated. */
export interface EvaluateParameters {
  /** What computes, as in a training's configuration. */
  readonly engine: BackendChoice;
  readonly batchSize: number;
  /** A joint counts as found within this part of the longer side of the person's box. */
  readonly pckThreshold: number;
  /** Average each prediction with that of the mirror image, as MMPose does by default. */
  readonly flipTest: boolean;
  /** Samples of the images that the intervals of the scores are drawn from; 0 draws none. */
  readonly bootstrap: number;
  /** Processes of this machine that divide the prediction; each takes a GPU of its own where there are several. */
  readonly processes: number;
}

/** Runs a model over packed shards: predictions in COCO's result format, AP, PCK and errors with the true boxes. */
const stage: StageModule<EvaluateParameters> = {
  params: z.strictObject({
    engine: z.enum(backendNames).default('auto'),
    batchSize: z.number().int().positive().default(32),
    pckThreshold: z.number().positive().default(0.2),
    flipTest: z.boolean().default(true),
    bootstrap: z.number().int().nonnegative().default(500),
    processes: z.number().int().positive().default(1),
  }),
  async run({ params, inputs, outputs, workDir, progress, signal }) {
    const { engine, batchSize, pckThreshold, flipTest, bootstrap, processes } = params;
    const { readCoco } = await import('@limber/keypoints');
    const { evaluatePredictions } = await import('../report/evaluate-predictions.ts');
    const { writeEvaluation } = await import('../report/evaluation-files.ts');
    const shards = inputs['shards']!;
    const job = { model: inputs['model']!, shards, batchSize, flipTest, backend: engine };
    const { predictByRanks, predictShards } = await import('../ranks/predict-shards.ts');
    const { results, annotationIds } = await (processes === 1
      ? predictShards(job, { progress, signal, place: null })
      : predictByRanks(job, processes, { workDir, progress, signal }));
    signal.throwIfAborted();
    const truth = await readCoco(join(shards, 'annotations.json'));
    const evaluation = evaluatePredictions(truth, results, {
      pckThreshold,
      flipTest,
      bootstrap,
      annotationIds,
    });
    await writeEvaluation(outputs['evaluation']!, evaluation);
    const { scores, pck, measure } = evaluation.metrics;
    progress(measure);
    return { metrics: { ...scores, [`PCK@${pckThreshold}`]: pck.all } };
  },
};
export default stage;
