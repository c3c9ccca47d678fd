import type { Engine, Tensor } from '@limber/engine';
import { readResult } from '@limber/engine';

/** The place of the first tensor that has NaN or infinity in it; -1: none has. Waits for the device once. */
export async function firstNotFinite(engine: Engine, tensors: readonly Tensor[]): Promise<number> {
  if (tensors.length === 0) return -1;
  const { tf } = engine;
  const areFinite = await readResult(engine, () =>
    tf.stack(tensors.map((tensor) => tf.all(tf.isFinite(tensor)))),
  );
  return areFinite.indexOf(0);
}
