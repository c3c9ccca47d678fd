import type { TrainConfig } from '@limber/pose-trainer/config';
import { trainConfigSchema } from '@limber/pose-trainer/config';
import type { StageModule } from '@limber/runner';

/**
 * Trains a pose model on packed shards: the input `train`, or several inputs that the parameter `mix` names. Interrupted, it goes on
 * from the last checkpoint in its working folder.
 */
const stage: StageModule<TrainConfig> = {
  params: trainConfigSchema,
  async run({ params: config, inputs, outputs, workDir, progress, provenance, warn, signal }) {
    const { val, ...train } = inputs;
    const { chooseStart, rankOptionsOf } = await import('../ranks/choose-start.ts');
    const start = chooseStart(config);
    if (start.type === 'launch') {
      const { trainByRanks } = await import('../ranks/train-by-ranks.ts');
      const job = {
        config,
        train,
        val: val!,
        workDir,
        out: { model: outputs['model']!, logs: outputs['logs']! },
      };
      return trainByRanks(job, start.processes, { progress, provenance, warn, signal });
    }
    const { loadEngine } = await import('@limber/engine');
    const { trainKeypoints } = await import('@limber/pose-trainer');
    const engine = await loadEngine({
      precision: config.trainer.precision,
      onProgress: ({ message }) => progress(message),
      ...rankOptionsOf(start),
    });
    signal.throwIfAborted();
    const { describeEngine } = await import('../ranks/describe-engine.ts');
    provenance({ engine: describeEngine(engine) });
    const { metrics } = await trainKeypoints({
      config,
      train,
      val: val!,
      workDir,
      out: { model: outputs['model']!, logs: outputs['logs']! },
      engine,
      onProgress: progress,
      onWarning: warn,
      signal,
    });
    return { metrics };
  },
};
export default stage;
