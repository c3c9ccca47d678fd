import { readSafetensors } from '@limber/engine';
import type { ForeignWeights } from './foreign-weights.ts';
import { readTorchWeights } from './read-torch-weights.ts';

/**
 * Opens a `.safetensors` file, or by any other name a checkpoint of PyTorch.
 *
 * @returns tensors by the names in the file, to be closed.
 * @throws {LimberError} `missing-file`; `corrupt-data` if the file is damaged or asks for more than tensors.
 */
export async function readForeignWeights(file: string): Promise<ForeignWeights> {
  if (!file.endsWith('.safetensors')) return readTorchWeights(file);
  const { tensors } = await readSafetensors(file);
  const entries = Object.entries(tensors).map(
    ([name, { shape, data }]) => [name, { shape, read: () => Promise.resolve(data) }] as const,
  );
  return { file, tensors: new Map(entries), close: () => undefined };
}
