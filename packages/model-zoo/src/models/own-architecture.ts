import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LimberError } from '@limber/files';
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
interface ArchitectureModule {
  /** Gives heatmaps, [B, H / 4, W / 4, K]. */
  readonly default?: unknown;
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
  const where = resolve(folder, path);
  const loaded = await importModule(where);
  const { default: build, normalization = imageNetNormalization } = loaded;
  if (typeof build !== 'function') {
    throw new LimberError('invalid-argument', {
      where,
      what: 'not an architecture',
      expected: 'a default export that is a function',
      got: typeof build,
    });
  }
  return ownArchitecture(build as ArchitectureFunction, normalization);
}

async function importModule(where: string): Promise<ArchitectureModule> {
  try {
    return (await import(pathToFileURL(where).href)) as ArchitectureModule;
  } catch (cause) {
    throw new LimberError(
      'missing-file',
      {
        where,
        what: 'cannot be loaded',
        expected: 'a JavaScript module with a default function, as model names it',
        got: String(cause),
      },
      { cause },
    );
  }
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
