import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';
import type { EvaluationMetrics } from '../report/evaluation-files.ts';

interface EvaluateParameters {
  readonly batchSize: number;
  /** A joint counts as found within this part of the longer side of the person's box. */
  readonly pckThreshold: number;
  /** Average each prediction with that of the mirror image, as MMPose does by default. */
  readonly flipTest: boolean;
}

/** Runs a model over packed shards: predictions in COCO's result format, AP, PCK and errors with the true boxes. */
const stage: StageModule<EvaluateParameters> = {
  params: z.strictObject({
    batchSize: z.number().int().positive().default(32),
    pckThreshold: z.number().positive().default(0.2),
    flipTest: z.boolean().default(true),
  }),
  async run({ params, inputs, outputs, progress }) {
    const { batchSize, pckThreshold, flipTest } = params;
    const { loadEngine } = await import('@limber/engine');
    const { analyzeErrors, evaluateKeypoints, evaluatePck, scoreNames } =
      await import('@limber/evaluator');
    const { readCoco } = await import('@limber/keypoints');
    const { loadModel } = await import('@limber/model-zoo');
    const { predictKeypoints } = await import('@limber/pose-trainer');
    const { writeEvaluation } = await import('../report/evaluation-files.ts');
    const shards = inputs['shards']!;
    const engine = await loadEngine({ onProgress: ({ message }) => progress(message) });
    const results = await predictKeypoints({
      engine,
      model: await loadModel(engine, inputs['model']!),
      shards,
      batchSize,
      workers: availableParallelism(),
      flipTest,
      onProgress: progress,
    });
    const truth = await readCoco(join(shards, 'annotations.json'));
    const scores = evaluateKeypoints(truth, results);
    const pck = evaluatePck(truth, results, { threshold: pckThreshold, normalizer: 'bbox' });
    const { costs, ...persons } = analyzeErrors(truth, results);
    const metrics: EvaluationMetrics = {
      boxes: 'true',
      flipTest,
      persons: results.length,
      scores: Object.fromEntries(scoreNames.map((name) => [name, scores[name]])),
      pck: {
        threshold: pckThreshold,
        normalizer: 'bbox',
        all: pck.pck,
        perJoint: pck.perKeypoint.map((joint) => ({ joint: joint.name, pck: joint.pck })),
      },
      errors: costs,
    };
    await writeEvaluation(outputs['evaluation']!, { metrics, predictions: results, persons });
    return { metrics: { ...metrics.scores, [`PCK@${pckThreshold}`]: pck.pck } };
  },
};
export default stage;
