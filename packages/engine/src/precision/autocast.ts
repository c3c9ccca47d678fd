import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, NativeMetadata, OperationCall } from '../loading/native-backend.ts';
import { createCastCache } from './cast-cache.ts';
import type { CastPolicy } from './cast-policy.ts';
import { targetType } from './cast-policy.ts';

/** TensorFlow's DT_bfloat16, which tfjs has no name for. */
export const bfloat16 = 14;

/**
 * Turns mixed precision on for everything that runs on the backend from now on.
 *
 * A tensor may be bfloat16 inside TensorFlow while tfjs calls it float32. The two doors through which
 * operations reach TensorFlow cast their inputs as the policies say; reading a tensor always gives
 * float32, and variables stay float32. bfloat16 has float32's range, so no loss scaling is needed.
 *
 * @param options.policies - by the operation's name.
 * @param options.isRecording - whether a forward pass is being recorded for differentiation.
 * @returns runs what it is given in float32; what was bfloat16 before is cast back as it is used.
 */
export function enableAutocast(
  backend: NativeBackend,
  options: {
    readonly policies: ReadonlyMap<string, CastPolicy>;
    readonly isRecording: () => boolean;
  },
): <T>(run: () => T) => T {
  const { policies, isRecording } = options;
  let isSuspended = false;
  const { binding } = backend;
  const cache = createCastCache(backend);
  const float32 = binding.TF_FLOAT;
  const cast = (id: number, from: number, to: number): number => {
    const attributes = [
      { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
      { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
    ];
    return backend.binding.executeOp('Cast', attributes, [id], 1)[0]!.id;
  };
  const wrap = (metadata: NativeMetadata): Tensor => {
    if (metadata.dtype !== bfloat16) return backend.createOutputTensor(metadata);
    const tensor = backend.createOutputTensor({ ...metadata, dtype: float32 });
    backend.tensorMap.get(tensor.dataId).dtype = bfloat16;
    return tensor;
  };
  const execute = (...[name, attributes, inputs, outputs]: OperationCall): Tensor[] => {
    const ids = backend.getInputTensorIds(inputs);
    const types = inputs.map((input) => typeOf(backend, input));
    const policy = isSuspended ? undefined : policies.get(name);
    const isFloat = (type: number | undefined): boolean => type === float32 || type === bfloat16;
    const typed = ids.flatMap((_, position) =>
      isFloat(types[position]) && (policy?.inputs?.includes(position) ?? true) ? [position] : [],
    );
    const target =
      targetType(
        policy,
        typed.map((position) => types[position] === bfloat16),
      ) === 'bfloat16'
        ? bfloat16
        : float32;
    const temporary: number[] = [];
    for (const [position, type] of types.entries()) {
      const wanted = typed.includes(position) ? target : float32;
      if (!isFloat(type) || type === wanted) continue;
      const toWanted = (id: number): number => cast(id, type!, wanted);
      const data = backend.tensorMap.get(inputs[position]!.dataId as object);
      const { id, isTemporary } =
        policy?.rule === 'low' && wanted === bfloat16
          ? cache.take(data, isRecording(), toWanted)
          : { id: toWanted(ids[position]!), isTemporary: true };
      ids[position] = id;
      if (isTemporary) temporary.push(id);
    }
    const adapted =
      target === bfloat16
        ? attributes.map((each) => (each.name === 'T' ? { ...each, value: bfloat16 } : each))
        : attributes;
    const results = backend.binding.executeOp(name, adapted, ids, outputs);
    for (const id of temporary) backend.binding.deleteTensor(id);
    return results.map((result) => {
      if (result.dtype !== bfloat16 || policy?.isResultFloat32 !== true) return wrap(result);
      const id = cast(result.id, bfloat16, float32);
      backend.binding.deleteTensor(result.id);
      return wrap({ ...result, id, dtype: float32 });
    });
  };
  backend.executeSingleOutput = (name, attributes, inputs) =>
    execute(name, attributes, inputs, 1)[0]!;
  backend.executeMultipleOutputs = execute;
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const data = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    if (data?.dtype !== bfloat16) return readSync(dataId);
    const id = cast(data.id, bfloat16, float32);
    const values = binding.tensorDataSync(id);
    binding.deleteTensor(id);
    return values;
  };
  return (run) => {
    const before = isSuspended;
    isSuspended = true;
    try {
      return run();
    } finally {
      isSuspended = before;
    }
  };
}

/** TensorFlow's type of an input; undefined for the few inputs of tfjs-node that are not tensors. */
function typeOf(backend: NativeBackend, input: TensorInfo): number | undefined {
  const dataId = input.dataId as object | undefined;
  return dataId === undefined ? undefined : backend.tensorMap.get(dataId).dtype;
}
