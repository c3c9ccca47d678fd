import type { TrainConfig } from '@limber/pose-trainer/config';
import { trainConfigSchema } from '@limber/pose-trainer/config';
import type { StageModule } from '@limber/runner';
import type { ZodType } from 'zod';

/** A teacher's files are in the stage's fingerprint as an input, not as a path among the parameters. */
const paramsSchema = (trainConfigSchema as ZodType<TrainConfig>).refine(
  ({ distillation }) => !/[/\\]/.test(distillation?.teacher ?? ''),
  {
    path: ['distillation', 'teacher'],
    error: 'expected null: in a pipeline, a trained model is given as the input teacher',
  },
);

/**
 * Trains a pose model on packed shards: the input `train`, or several inputs that the parameter `mix` names. With an input `teacher`,
 * the folder of a trained model, it learns from that, as the parameter `distillation` says. Interrupted, it goes on from the last
 * checkpoint in its working folder.
 */
const stage: StageModule<TrainConfig> = {
  params: paramsSchema,
  async run({ params: config, inputs, outputs, workDir, progress, provenance, warn, signal }) {
    const { val, teacher, ...train } = inputs;
    const { chooseStart, rankOptionsOf } = await import('../ranks/choose-start.ts');
    const start = chooseStart(config);
    const job = {
      config,
      train,
      val: val!,
      ...(teacher !== undefined && { teacher }),
      workDir,
      out: { model: outputs['model']!, logs: outputs['logs']! },
    };
    if (start.type === 'launch') {
      const { trainByRanks } = await import('../ranks/train-by-ranks.ts');
      return trainByRanks(job, start.processes, { progress, provenance, warn, signal });
    }
    const { loadEngine } = await import('@limber/engine');
    const { trainKeypoints } = await import('@limber/pose-trainer');
    const engine = await loadEngine({
      backend: config.engine,
      precision: config.trainer.precision,
      onProgress: ({ message }) => progress(message),
      ...rankOptionsOf(start),
    });
    signal.throwIfAborted();
    const { describeEngine } = await import('../ranks/describe-engine.ts');
    provenance({ engine: describeEngine(engine) });
    const { metrics } = await trainKeypoints({
      ...job,
      engine,
      onProgress: progress,
      onWarning: warn,
      signal,
    });
    return { metrics };
  },
};
export default stage;
