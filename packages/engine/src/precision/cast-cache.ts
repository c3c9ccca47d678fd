import type { NativeBackend, NativeTensorData } from '../loading/native-backend.ts';

/** bfloat16 copies of weights, kept from the forward pass until the way back has used them. */
export interface CastCache {
  /**
   * The copy of a tensor.
   *
   * @param isRecording - whether a forward pass is being recorded: then the copy is kept.
   * @param cast - makes the copy of a native tensor.
   * @returns the copy's native handle, and whether the caller is to delete it after use.
   */
  take(
    data: NativeTensorData,
    isRecording: boolean,
    cast: (id: number) => number,
  ): { readonly id: number; readonly isTemporary: boolean };
}

interface Copy {
  /** The native handle that was copied: an update of the weight gives it another. */
  readonly source: number;
  readonly id: number;
}

/** Creates the cache; a copy is dropped with its tensor. */
export function createCastCache(backend: NativeBackend): CastCache {
  const copies = new WeakMap<NativeTensorData, Copy>();
  const drop = (data: NativeTensorData): void => {
    const copy = copies.get(data);
    if (copy === undefined) return;
    backend.binding.deleteTensor(copy.id);
    copies.delete(data);
  };
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const data = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    const isGone = disposeData(dataId, force);
    if (isGone && data !== undefined) drop(data);
    return isGone;
  };
  return {
    take(data, isRecording, cast) {
      const copy = copies.get(data);
      if (copy?.source === data.id) {
        if (isRecording) return { id: copy.id, isTemporary: false };
        copies.delete(data);
        return { id: copy.id, isTemporary: true };
      }
      drop(data);
      const id = cast(data.id);
      if (!isRecording) return { id, isTemporary: true };
      copies.set(data, { source: data.id, id });
      return { id, isTemporary: false };
    },
  };
}
