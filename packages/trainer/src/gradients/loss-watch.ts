import type { Engine, Scalar, Tensor } from '@limber/engine';

/** Notes on the device whether any loss was NaN or infinite. */
export interface LossWatch {
  /** Takes the loss of a batch; call it within `tf.tidy`. */
  add(loss: Scalar): void;
  /** The last loss if it is NaN or infinite, else NaN if one before it was; null: all were finite. Waits for the device. */
  read(): Promise<number | null>;
  dispose(): void;
}

/** No loss yet. */
export function createLossWatch({ tf }: Engine): LossWatch {
  // trace: 0 while every loss was finite, else NaN: a number minus itself is 0, infinity minus itself is NaN
  let kept: { readonly last: Scalar; readonly trace: Tensor } | null = null;
  const dispose = (): void => {
    kept?.last.dispose();
    kept?.trace.dispose();
    kept = null;
  };
  return {
    add: (loss) => {
      const zero = tf.sub(loss, loss);
      const trace = kept === null ? zero : tf.add(kept.trace, zero);
      dispose();
      kept = { last: tf.keep(loss), trace: tf.keep(trace) };
    },
    read: async () => {
      if (kept === null) return null;
      const [[loss], [sum]] = await Promise.all([kept.last.data(), kept.trace.data()]);
      if (!Number.isFinite(loss)) return loss!;
      return sum === 0 ? null : Number.NaN;
    },
    dispose,
  };
}
