import { suggestName } from '@limber/files';
import type { Augmentation } from './augmentation.ts';
import type { PixelChangeName } from './pixel-changes.ts';
import { pixelChanges } from './pixel-changes.ts';
import type { ViewChangeName } from './view-changes.ts';
import { viewChanges } from './view-changes.ts';

/** The order of the changes where a configuration names none. */
export const usualOrder: readonly string[] = [
  ...Object.keys(viewChanges),
  ...Object.keys(pixelChanges),
];

/** Whether an entry of `order` names a change of the view. */
export function isViewChange(entry: string): entry is ViewChangeName {
  return Object.hasOwn(viewChanges, entry);
}

/** Whether an entry of `order` names a change of the pixels that is built in. */
export function isPixelChange(entry: string): entry is PixelChangeName {
  return Object.hasOwn(pixelChanges, entry);
}

/** Whether an entry of `order` is the path of a function of the user's own. */
export function isOwnFunction(entry: string): boolean {
  return /^(\.{0,2}\/|[A-Za-z]:[/\\])/.test(entry);
}

/** The paths of the user's own functions that augmentations name, each once. */
export function ownFunctionsOf(
  ...augmentations: readonly (Pick<Augmentation, 'order'> | null)[]
): string[] {
  const named = augmentations.flatMap((one) => one?.order.filter(isOwnFunction) ?? []);
  return [...new Set(named)];
}

/** What is wrong with an order: with the entry `at`, or as a whole. */
interface OrderProblem {
  readonly at: number | null;
  readonly message: string;
}

/** Looks for unknown and repeated names, changes of the view after those of the pixels, and changes that are left out. */
export function checkOrder(augmentation: Augmentation): OrderProblem[] {
  const { order } = augmentation;
  const firstOfPixels = order.findIndex((entry) => !isViewChange(entry));
  const problems = order.flatMap((entry, at): OrderProblem[] => {
    if (!isViewChange(entry) && !isPixelChange(entry) && !isOwnFunction(entry)) {
      const message = `no such change: "${entry}".${suggestName(entry, usualOrder)} A function of your own is a path: ./${entry}.js.`;
      return [{ at, message }];
    }
    if (order.indexOf(entry) < at) return [{ at, message: `"${entry}" is there twice` }];
    if (!isViewChange(entry) || at < firstOfPixels || firstOfPixels < 0) return [];
    const message = `"${entry}" changes the view, and must come before "${order[firstOfPixels]!}", which changes pixels`;
    return [{ at, message }];
  });
  const missing = Object.entries({ ...viewChanges, ...pixelChanges }).flatMap(
    ([name, { isOn }]): OrderProblem[] => {
      if (order.includes(name) || !isOn(augmentation)) return [];
      return [{ at: null, message: `leaves out "${name}", which is on. Add it, or switch it off` }];
    },
  );
  return [...problems, ...missing];
}
