import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, NativeMetadata, OperationCall } from '../loading/native-backend.ts';
import { bfloat16, castAttributes } from './bfloat16.ts';
import { createCastCache } from './cast-cache.ts';
import type { CastPolicy } from './cast-policy.ts';
import { targetType } from './cast-policy.ts';
import { createKernelCheck } from './kernel-check.ts';

/** Mixed precision, turned on. */
export interface Autocast {
  /** Runs something in float32; what was bfloat16 before is cast as it is used. */
  withoutAutocast<T>(run: () => T): T;
  /** Operations that compute in float32 all the same, as TensorFlow's bfloat16 kernels are wrong there. */
  readonly inFloat32: readonly string[];
}

/**
 * Turns mixed precision on for everything that runs on the backend from now on.
 *
 * A tensor may be bfloat16 inside TensorFlow while tfjs calls it float32. The two doors through which
 * operations reach TensorFlow cast their inputs as the policies say; reading a tensor always gives
 * float32, and variables stay float32. bfloat16 has float32's range, so no loss scaling is needed.
 *
 * @param options.policies - by the operation's name.
 * @param options.isRecording - whether a forward pass is being recorded for differentiation.
 */
export function enableAutocast(
  backend: NativeBackend,
  options: {
    readonly policies: ReadonlyMap<string, CastPolicy>;
    readonly isRecording: () => boolean;
  },
): Autocast {
  const { policies, isRecording } = options;
  let isSuspended = false;
  const { binding } = backend;
  const cache = createCastCache(backend);
  const check = createKernelCheck(backend);
  const float32 = binding.TF_FLOAT;
  const cast = (id: number, from: number, to: number): number => {
    const attributes = castAttributes(binding, from, to);
    return backend.binding.executeOp('Cast', attributes, [id], 1)[0]!.id;
  };
  const wrap = (metadata: NativeMetadata): Tensor => {
    if (metadata.dtype !== bfloat16) return backend.createOutputTensor(metadata);
    const tensor = backend.createOutputTensor({ ...metadata, dtype: float32 });
    backend.tensorMap.get(tensor.dataId).dtype = bfloat16;
    return tensor;
  };
  const execute = (...[name, attributes, inputs, outputs]: OperationCall): Tensor[] => {
    const policy = isSuspended ? undefined : policies.get(name);
    const sizes = policy?.rule === 'low' ? inputs.flatMap((input) => sizesIn(backend, input)) : [];
    const ids = backend.getInputTensorIds(inputs);
    const types = inputs.map((input) => typeOf(backend, input));
    const isFloat = (type: number | undefined): boolean => type === float32 || type === bfloat16;
    const typed = ids.flatMap((_, position) =>
      isFloat(types[position]) && (policy?.inputs?.includes(position) ?? true) ? [position] : [],
    );
    const isMeantLow =
      targetType(
        policy,
        typed.map((position) => types[position] === bfloat16),
      ) === 'bfloat16';
    const isTrusted =
      policy?.rule !== 'low' || check.isRight({ name, attributes, inputs, ids, sizes, typed });
    const target = isMeantLow && isTrusted ? bfloat16 : float32;
    // what computes in float32 only because bfloat16 is wrong gives what would have come of it
    const lowersResult = isMeantLow && !isTrusted && policy?.isResultFloat32 !== true;
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
      const raises = result.dtype === bfloat16 && policy?.isResultFloat32 === true;
      if (!raises && !lowersResult) return wrap(result);
      const dtype = raises ? float32 : bfloat16;
      const id = cast(result.id, result.dtype, dtype);
      backend.binding.deleteTensor(result.id);
      return wrap({ ...result, id, dtype });
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
  const withoutAutocast: Autocast['withoutAutocast'] = (run) => {
    const before = isSuspended;
    isSuspended = true;
    try {
      return run();
    } finally {
      isSuspended = before;
    }
  };
  return { withoutAutocast, inFloat32: check.wrong };
}

/** TensorFlow's type of an input; undefined for the few inputs of tfjs-node that are not tensors. */
function typeOf(backend: NativeBackend, input: TensorInfo): number | undefined {
  const dataId = input.dataId as object | undefined;
  return dataId === undefined ? undefined : backend.tensorMap.get(dataId).dtype;
}

/** The numbers of an input that is a list of whole numbers, such as the shape of a result. */
function sizesIn(backend: NativeBackend, { dataId, dtype }: TensorInfo): number[] {
  return dtype === 'int32' ? [...(backend.readSync(dataId as object) as Int32Array)] : [];
}
