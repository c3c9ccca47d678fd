import { ownFunctionsOf } from '@limber/dataset-loader/augmentation';
import { isOwnArchitecture } from '@limber/model-zoo/models';
import type { TrainConfig } from './train-config.ts';

/** The paths of the user's own code that a configuration names, each once: an architecture, functions of augmentations. */
export function ownCodeOf({
  model,
  augmentation,
  lateAugmentation,
}: Pick<TrainConfig, 'model' | 'augmentation' | 'lateAugmentation'>): readonly string[] {
  const functions = ownFunctionsOf(augmentation, lateAugmentation?.augmentation ?? null);
  return isOwnArchitecture(model) ? [model, ...functions] : functions;
}
