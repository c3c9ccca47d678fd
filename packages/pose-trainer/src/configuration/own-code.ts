import type { Augmentation } from '@limber/dataset-loader/augmentation';
import { ownFunctionsOf } from '@limber/dataset-loader/augmentation';
import { isOwnArchitecture } from '@limber/model-zoo/models';

/** Augmentations that may name functions of one's own. */
type Augmentations = Pick<Augmentation, 'order'> | null;

/** The paths of the user's own code that a configuration names, each once: an architecture, functions of augmentations. */
export function ownCodeOf({
  model,
  augmentation,
  lateAugmentation,
}: {
  readonly model: string;
  readonly augmentation: Augmentations;
  readonly lateAugmentation: { readonly augmentation: Augmentations } | null;
}): readonly string[] {
  const functions = ownFunctionsOf(augmentation, lateAugmentation?.augmentation ?? null);
  return isOwnArchitecture(model) ? [model, ...functions] : functions;
}
