import type { DtypeName } from '@limber/engine';
import type { PickleObject, PickleValue } from './pickle/pickle-value.ts';
import type { StridedView } from './strided-view.ts';

/** The dtype of every class of storage that a tensor may lie in. */
const storageDtypes: ReadonlyMap<string, DtypeName> = new Map([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
]);

const tensorBuilder = 'torch._utils._rebuild_tensor_v2';
const parameterBuilder = 'torch._utils._rebuild_parameter';
const orderedDict = 'collections.OrderedDict';

/**
 * Classes that MMEngine's checkpoints carry beside the weights, in `meta` and `message_hub`. Values of them are kept as
 * names without content: neither built nor read, and refused where a tensor is wanted.
 */
const ignoredGlobals: ReadonlySet<string> = new Set([
  '_codecs.encode',
  'mmengine.logging.history_buffer.HistoryBuffer',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
]);

const allowedGlobals: ReadonlySet<string> = new Set([
  tensorBuilder,
  parameterBuilder,
  orderedDict,
  ...storageDtypes.keys(),
  ...ignoredGlobals,
]);

/** Where the numbers of some tensors lie. */
export interface TorchStorage {
  /** Name of the archive's entry. */
  readonly key: string;
  readonly dtype: DtypeName;
}

/** A tensor as a checkpoint describes it: a view of a storage. Not yet checked against the storage. */
export interface TorchTensor extends StridedView {
  readonly storage: TorchStorage;
}

/** The classes and functions that a state dict needs; every other one is refused. */
export function findTorchGlobal(name: string): PickleObject | undefined {
  return allowedGlobals.has(name) ? { type: 'object', name } : undefined;
}

/** What a call of one of them stands for. */
export function reduceTorchGlobal(
  { name }: PickleObject,
  args: readonly PickleValue[],
): PickleValue | undefined {
  if (ignoredGlobals.has(name)) return { type: 'object', name };
  if (name === orderedDict) {
    return args.length === 0 ? { type: 'dict', entries: new Map() } : undefined;
  }
  if (name === parameterBuilder) {
    const tensor = args[0];
    return tensor !== undefined && tensorOf(tensor) !== undefined ? tensor : undefined;
  }
  if (name !== tensorBuilder) return undefined;
  const [storage, offset, size, stride] = args;
  const shape = countsOf(size);
  const strides = countsOf(stride);
  const content = contentOf(storage, 'storage');
  if (content === undefined || !isCount(offset) || shape === undefined || strides === undefined) {
    return undefined;
  }
  if (shape.length !== strides.length) return undefined;
  const tensor: TorchTensor = { storage: content as TorchStorage, offset, shape, strides };
  return { type: 'object', name: 'tensor', content: tensor };
}

/** The storage that a persistent id names: `('storage', torch.FloatStorage, '0', 'cpu', 864)`. */
export function findTorchStorage(id: PickleValue): PickleValue | undefined {
  if (typeof id !== 'object' || id === null || !('type' in id) || id.type !== 'tuple') {
    return undefined;
  }
  const [kind, storageClass, key, location, count] = id.items;
  const isStorage = kind === 'storage' && typeof location === 'string' && isCount(count);
  if (!isStorage || typeof key !== 'string' || !/^\d+$/.test(key)) return undefined;
  if (typeof storageClass !== 'object' || storageClass === null) return undefined;
  if (!('type' in storageClass) || storageClass.type !== 'object') return undefined;
  const dtype = storageDtypes.get(storageClass.name);
  if (dtype === undefined) return undefined;
  const storage: TorchStorage = { key, dtype };
  return { type: 'object', name: 'storage', content: storage };
}

/** The tensor that a value is, if it is one. */
export function tensorOf(value: PickleValue): TorchTensor | undefined {
  return contentOf(value, 'tensor') as TorchTensor | undefined;
}

function contentOf(value: PickleValue | undefined, name: string): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return value.type === 'object' && value.name === name ? value.content : undefined;
}

function countsOf(value: PickleValue | undefined): number[] | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type !== 'tuple' || !value.items.every(isCount)) return undefined;
  return value.items as number[];
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
