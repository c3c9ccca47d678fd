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
  let last: Scalar | null = null;
  // 0 while every loss was finite, else NaN: a number minus itself is 0, infinity minus itself is NaN
  let trace: Tensor | null = null;
  const replace = (loss: Scalar | null, next: Tensor | null): void => {
    last?.dispose();
    trace?.dispose();
    last = loss;
    trace = next;
  };
  return {
    add: (loss) => {
      const zero = tf.sub(loss, loss);
      const next = trace === null ? zero : tf.add(trace, zero);
      replace(tf.keep(loss), tf.keep(next));
    },
    read: async () => {
      if (last === null || trace === null) return null;
      const [[loss], [sum]] = await Promise.all([last.data(), trace.data()]);
      if (!Number.isFinite(loss)) return loss!;
      return sum === 0 ? null : Number.NaN;
    },
    dispose: () => replace(null, null),
  };
}
