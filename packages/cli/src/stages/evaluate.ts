import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@limber/engine';
import { analyzeErrors, evaluateKeypoints, evaluatePck, scoreNames } from '@limber/evaluator';
import { readCoco } from '@limber/keypoints';
import { loadModel } from '@limber/model-zoo';
import type { StageContext, StageModule, StageResult } from '@limber/runner';
import { predictKeypoints } from '@limber/pose-trainer';
import type { EvaluationMetrics } from '../report/evaluation-files.ts';
import { writeEvaluation } from '../report/evaluation-files.ts';
import type { EvaluateParameters } from './stage-parameters.ts';

/** Runs a model over packed shards: predictions in COCO's result format, AP and PCK with the true boxes. */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<StageResult> {
  const { batchSize, pckThreshold, flipTest } = context.params as EvaluateParameters;
  const shards = context.inputs['shards']!;
  const engine = await loadEngine({ onProgress: ({ message }) => context.progress(message) });
  const model = await loadModel(engine, context.inputs['model']!);
  const results = await predictKeypoints({
    engine,
    model,
    shards,
    batchSize,
    workers: availableParallelism(),
    flipTest,
    onProgress: context.progress,
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
  await writeEvaluation(context.outputs['evaluation']!, { metrics, predictions: results, persons });
  return { metrics: { ...metrics.scores, [`PCK@${pckThreshold}`]: pck.pck } };
}
