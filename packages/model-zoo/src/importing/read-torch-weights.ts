import { dtypes, sizeOfShape } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { ForeignTensor, ForeignWeights } from './foreign-weights.ts';
import type { PickleDict, PickleValue } from './pickle/pickle-value.ts';
import { kindOf } from './pickle/pickle-value.ts';
import { readPickle } from './pickle/read-pickle.ts';
import { gatherStrided } from './strided-view.ts';
import type { TorchArchive } from './torch-archive.ts';
import { openTorchArchive } from './torch-archive.ts';
import type { TorchStorage, TorchTensor } from './torch-globals.ts';
import { findTorchGlobal, findTorchStorage, reduceTorchGlobal, tensorOf } from './torch-globals.ts';

/** Under what keys checkpoints keep their weights: MMEngine's and Lightning's `state_dict`, timm's and others' `model`. */
const nestedKeys = ['state_dict', 'model'];

/**
 * Opens a checkpoint of `torch.save`: a state dict, or a dict with one under `state_dict` or `model`.
 *
 * No Python runs, and nothing that the file says is executed: only tensors and plain values are read. What lies beside
 * a nested state dict (the `meta` of MMPose, an optimizer's state) is not looked at.
 *
 * @returns tensors by their names in PyTorch, to be closed.
 * @throws {LimberError} `missing-file`; `corrupt-data` if it is not such a file, is damaged, names a class or function that no
 * state dict needs, or holds a tensor that does not fit into its storage.
 */
export async function readTorchWeights(file: string): Promise<ForeignWeights> {
  const archive = await openTorchArchive(file);
  try {
    const root = readPickle(archive.pickle, `${file}: data.pkl`, {
      findGlobal: findTorchGlobal,
      reduce: reduceTorchGlobal,
      findPersistent: findTorchStorage,
    });
    const readStorage = rememberLast(archive);
    const tensors = new Map<string, ForeignTensor>();
    for (const [name, value] of findStateDict(root, file).entries) {
      if (typeof name !== 'string') return fail(file, 'tensors by name', kindOf(name));
      const tensor = tensorOf(value) ?? fail(`${file}: "${name}"`, 'a tensor', kindOf(value));
      checkTensor(archive, name, tensor);
      tensors.set(name, {
        shape: tensor.shape,
        read: async () => gatherStrided(await readStorage(tensor.storage), tensor),
      });
    }
    return { file, tensors, close: archive.close };
  } catch (error) {
    archive.close();
    throw error;
  }
}

function findStateDict(root: PickleValue, file: string): PickleDict {
  const expected = 'a state dict, or a dict with one under "state_dict"';
  const dict = dictOf(root) ?? fail(file, expected, kindOf(root));
  for (const key of nestedKeys) {
    const nested = dictOf(dict.entries.get(key));
    if (nested !== undefined) return nested;
  }
  const hasTensor = [...dict.entries.values()].some((value) => tensorOf(value) !== undefined);
  if (hasTensor) return dict;
  return fail(
    file,
    expected,
    `a dict with ${[...dict.entries.keys()].map(describeKey).join(', ')}`,
  );
}

function describeKey(key: PickleValue): string {
  return typeof key === 'string' ? `"${key}"` : kindOf(key);
}

function dictOf(value: PickleValue | undefined): PickleDict | undefined {
  const isDict = typeof value === 'object' && value !== null && 'type' in value;
  return isDict && value.type === 'dict' ? value : undefined;
}

/** Every number of the tensor must lie in its storage, and a tensor must not be larger than what it lies in. */
function checkTensor(archive: TorchArchive, name: string, tensor: TorchTensor): void {
  const { storage, offset, shape, strides } = tensor;
  const where = `${archive.file}: tensor "${name}"`;
  const storageBytes = archive.storageSize(storage.key);
  if (storageBytes === undefined) {
    return fail(where, `a storage "data/${storage.key}"`, 'none');
  }
  const numbers = storageBytes / dtypes[storage.dtype].bytesPerNumber;
  const count = sizeOfShape(shape);
  const last = offset + shape.reduce((sum, side, at) => sum + (side - 1) * strides[at]!, 0);
  const needed = count === 0 ? 0 : Math.max(count, last + 1);
  if (needed <= numbers) return;
  const view = `[${shape.join(', ')}] with strides [${strides.join(', ')}] from ${offset}`;
  fail(where, `a storage of ${needed} ${storage.dtype} for ${view}`, `${storageBytes} bytes`);
}

/** Float32 values of a storage. Neighbouring tensors often share one, so the last one is kept. */
function rememberLast(archive: TorchArchive): (storage: TorchStorage) => Promise<Float32Array> {
  let last: { readonly id: string; readonly values: Promise<Float32Array> } | undefined;
  return ({ key, dtype }) => {
    const id = `${dtype} ${key}`;
    if (last?.id === id) return last.values;
    const values = archive.readStorage(key).then((bytes) => {
      const { bytesPerNumber, toFloat32 } = dtypes[dtype];
      const usable = bytes.length - (bytes.length % bytesPerNumber);
      return toFloat32(new Uint8Array(bytes.subarray(0, usable)).buffer);
    });
    last = { id, values };
    return values;
  };
}

function fail(where: string, expected: string, got: string): never {
  const what = 'not the weights of a model';
  throw new LimberError('corrupt-data', { where, what, expected, got });
}
