import type { Engine, Tensor } from '@limber/engine';

/** The place of the first tensor that has NaN or infinity in it; -1: none has. Waits for the device once. */
export function firstNotFinite({ tf }: Engine, tensors: readonly Tensor[]): number {
  if (tensors.length === 0) return -1;
  const areFinite = tf.tidy(() =>
    tf.stack(tensors.map((tensor) => tf.all(tf.isFinite(tensor)))).dataSync(),
  );
  return areFinite.indexOf(0);
}
