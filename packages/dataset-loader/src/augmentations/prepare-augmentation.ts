import type { Random } from '@limber/keypoints';
import type { Augmentation } from './augmentation.ts';
import { isOwnFunction, isPixelChange, isViewChange } from './order.ts';
import type { AugmentationContext, AugmentedInput } from './own-function.ts';
import { loadOwnFunction } from './own-function.ts';
import { pixelChanges } from './pixel-changes.ts';
import type { View, ViewContext } from './view.ts';
import { viewChanges } from './view-changes.ts';

/** An augmentation whose functions are loaded, ready to be applied to any person. */
export interface PreparedAugmentation {
  /** Changes a view in order; each change draws from a stream of its own. */
  changeView(view: View, context: ViewContext): View;
  /** Changes pixels, and joints too where a function of the user's own does so. */
  changeInput(input: AugmentedInput, context: AugmentationContext): void;
}

/**
 * Loads the functions of an augmentation.
 *
 * @param folder - what paths in its `order` count from.
 * @throws {LimberError} `missing-file` or `invalid-argument` if a function cannot be loaded.
 */
export async function prepareAugmentation(
  augmentation: Augmentation,
  folder: string,
): Promise<PreparedAugmentation> {
  const views = augmentation.order
    .filter(isViewChange)
    .map((name) => viewChanges[name])
    .filter(({ isOn }) => isOn(augmentation));
  const inputs: ((input: AugmentedInput, context: AugmentationContext) => void)[] = [];
  for (const entry of augmentation.order) {
    if (isPixelChange(entry)) {
      const { stream, change, isOn } = pixelChanges[entry];
      // opening a stream takes longer than many a change
      if (!isOn(augmentation)) continue;
      inputs.push(({ pixels }, { random }) => change(pixels, augmentation, random.fork(stream)));
    } else if (isOwnFunction(entry)) {
      const change = await loadOwnFunction(entry, folder);
      inputs.push((input, context) =>
        change(input, { ...context, random: forkOf(context, entry) }),
      );
    }
  }
  return {
    changeView: (view, context) =>
      views.reduce(
        (changed, { stream, change }) =>
          change(changed, augmentation, { ...context, random: context.random.fork(stream) }),
        view,
      ),
    changeInput: (input, context) => {
      for (const change of inputs) change(input, context);
    },
  };
}

/** A stream named by the path as it is written, so that it is the same wherever the project lies. */
function forkOf({ random }: AugmentationContext, path: string): Random {
  return random.fork('own', path);
}
