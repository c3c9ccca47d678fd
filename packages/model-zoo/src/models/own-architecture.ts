import { loadOwnModule } from '@limber/files';
import { usualCodec } from '../architectures/codec-choice.ts';
import type { HeadOptions } from '../architectures/head-options.ts';
import type { ModelEntry } from '../architectures/models.ts';
import type { Normalization } from '../architectures/normalization.ts';
import { imageNetNormalization } from '../architectures/normalization.ts';
import type { Network } from '../networks/network.ts';

/**
 * An architecture of the user's own: the default export of the file that `model` names.
 *
 * @example
 * export default function mine(network, images, { jointCount }) {
 *   let map = images;
 *   for (const [index, filters] of [32, 64].entries()) {
 *     map = network.convolution(`body.${index}.conv`, map, { filters, kernelSize: 3, stride: 2 });
 *     map = network.relu(`body.${index}.relu`, network.batchNorm(`body.${index}.norm`, map));
 *   }
 *   return network.convolution('head', map, { filters: jointCount, kernelSize: 1, hasBias: true });
 * }
 */
export type ArchitectureFunction = <T>(network: Network<T>, images: T, head: HeadOptions) => T;

/** What the file of an own architecture exports. */
interface OwnExports {
  /** Gives heatmaps, [B, H / 4, W / 4, K]. */
  readonly default: ArchitectureFunction;
  /** What is done to the images before; by default ImageNet's mean and deviation are taken off. */
  readonly normalization?: Normalization;
}

/**
 * Loads an architecture of the user's own.
 *
 * @param folder - what the path counts from.
 * @throws {LimberError} `missing-file` if the file cannot be loaded; `invalid-argument` if it has no default function.
 */
export async function loadArchitecture(path: string, folder: string): Promise<ModelEntry> {
  const named = { folder, namedBy: 'model', kind: 'an architecture' };
  const { exports } = await loadOwnModule(path, named);
  const { default: build, normalization = imageNetNormalization } =
    exports as unknown as OwnExports;
  return ownArchitecture(build, normalization);
}

/** What belongs to an own architecture. It has no recipe. */
export function ownArchitecture(
  build: ArchitectureFunction,
  normalization: Normalization,
): ModelEntry {
  return {
    build,
    output: 'heatmaps',
    codec: usualCodec,
    inputSize: { height: 256, width: 192 },
    normalization,
    isBounded: false,
  };
}
