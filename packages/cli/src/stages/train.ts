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
    const { loadEngine, nameAdapter } = await import('@limber/engine');
    const { trainKeypoints } = await import('@limber/pose-trainer');
    const engine = await loadEngine({
      precision: config.trainer.precision,
      onProgress: ({ message }) => progress(message),
    });
    signal.throwIfAborted();
    const { kind, tensorflowVersion, precision, webgpu } = engine;
    const version = tensorflowVersion === null ? '' : ` TensorFlow ${tensorflowVersion}`;
    const adapter = webgpu === null ? '' : ` on ${nameAdapter(webgpu)}`;
    provenance({ engine: `${kind}${version}${adapter}, precision ${precision}` });
    const { val, ...train } = inputs;
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
