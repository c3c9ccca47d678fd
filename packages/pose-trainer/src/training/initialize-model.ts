import type { Engine } from '@limber/engine';
import type { Skeleton } from '@limber/keypoints';
import type { PoseModel, WeightsNotice } from '@limber/model-zoo';
import { importWeights, readInitialWeights, startFrom } from '@limber/model-zoo';
import type { TrainConfig } from '../configuration/train-config.ts';

/** Files of PyTorch. */
const foreignFile = /\.(pth|pt|safetensors)$/;

/**
 * Gives a model the weights that `init` names, and says what starts fresh.
 *
 * @returns where they come from, if they are pretrained.
 * @throws {LimberError} `missing-file`, or `corrupt-data` if they are damaged or of another model.
 */
export async function initializeModel(
  options: {
    readonly engine: Engine;
    readonly config: Pick<TrainConfig, 'init'>;
    readonly onProgress?: (line: string) => void;
  },
  { model, skeleton }: { readonly model: PoseModel; readonly skeleton: Skeleton },
): Promise<WeightsNotice | undefined> {
  const { engine, config, onProgress = () => {} } = options;
  const { init } = config;
  if (init === null) return undefined;
  const say = (what: string, fresh: readonly string[]): void => {
    const rest = fresh.length === 0 ? '' : ` These start fresh: ${fresh.join(', ')}.`;
    onProgress(`Starting from ${init}, ${what}.${rest}`);
  };
  if (foreignFile.test(init)) {
    const { imported, fresh } = await importWeights(engine, model, { file: init });
    say(`which has ${imported.length} of the weights`, fresh);
    return undefined;
  }
  const weights = await readInitialWeights(init, onProgress);
  const { taken, fresh } = await startFrom(engine, { model, skeleton }, weights);
  say(`which knows ${taken.length} of the joints`, fresh);
  return weights.basedOn;
}
