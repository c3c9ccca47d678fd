import { loadEngine } from '@limber/engine';
import type { StageContext, StageModule, StageResult } from '@limber/runner';
import { trainKeypoints } from '@limber/pose-trainer';
import type { TrainConfig } from '@limber/pose-trainer/config';

/** Trains a pose model on packed shards; interrupted, it goes on from the last checkpoint in its working folder. */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<StageResult> {
  const config = context.params as TrainConfig;
  const engine = await loadEngine({
    precision: config.trainer.precision,
    onProgress: ({ message }) => context.progress(message),
  });
  const { metrics } = await trainKeypoints({
    config,
    train: context.inputs['train']!,
    val: context.inputs['val']!,
    workDir: context.workDir,
    out: { model: context.outputs['model']!, logs: context.outputs['logs']! },
    engine,
    onProgress: context.progress,
    signal: context.signal,
  });
  return { metrics };
}
