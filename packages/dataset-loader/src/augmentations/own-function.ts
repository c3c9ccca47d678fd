import type { Random, Skeleton } from '@limber/keypoints';
import { LimberError, loadOwnModule } from '@limber/files';
import type { Pixels } from '../samples/warp-affine.ts';

/** What a function of the user's own may change, in place. */
export interface AugmentedInput {
  /** What the model sees: RGB levels of 8 bits, row by row. */
  readonly pixels: Pixels;
  /** [K, 3]: x, y in inputPx, v 0 | 1 | 2; a joint without label is 0, 0, 0. Of a mirrored person, already exchanged. */
  readonly keypoints: Float32Array;
}

/** What a function of the user's own is given besides. */
export interface AugmentationContext {
  /** A stream of its own for each function, a pure function of (seed, epoch, person). */
  readonly random: Random;
  readonly skeleton: Skeleton;
  readonly annotationId: number;
  readonly imageId: number;
}

/**
 * A change of the input of the user's own: the default export of the file that `order` names. All randomness must come from
 * `context.random`, so that training can be repeated and resumed.
 *
 * @example
 * export default function darken({ pixels }, { random }) {
 *   const factor = random.uniform(0.5, 1);
 *   for (let at = 0; at < pixels.data.length; at++) pixels.data[at] *= factor;
 * }
 */
export type AugmentationFunction = (input: AugmentedInput, context: AugmentationContext) => void;

/**
 * Loads a function of the user's own.
 *
 * @param folder - what the path counts from.
 * @throws {LimberError} `missing-file` if the file cannot be loaded; `invalid-argument` if it has no default function.
 */
export async function loadOwnFunction(path: string, folder: string): Promise<AugmentationFunction> {
  const named = { folder, namedBy: 'augmentation.order', kind: 'an augmentation' };
  const { where, exports } = await loadOwnModule(path, named);
  const change = exports['default'] as AugmentationFunction;
  return (input, context) => applyOwn(change, { where, input, context });
}

function applyOwn(
  change: AugmentationFunction,
  {
    where,
    input,
    context,
  }: {
    readonly where: string;
    readonly input: AugmentedInput;
    readonly context: AugmentationContext;
  },
): void {
  const { annotationId, imageId } = context;
  const place = `${where}: annotation ${annotationId} (image ${imageId})`;
  let result: unknown;
  try {
    result = change(input, context);
  } catch (cause) {
    const problem = { where: place, what: 'the function threw', got: String(cause) };
    throw new LimberError('augmentation-failed', problem, { cause });
  }
  if (result === undefined) return;
  // a promise that nobody waits for must not end the process when it fails
  if (result instanceof Promise) result.catch(() => undefined);
  throw new LimberError('augmentation-failed', {
    where: place,
    what: 'the function must change its input in place, at once',
    expected: 'no result',
    got: result instanceof Promise ? 'a promise' : typeof result,
  });
}
