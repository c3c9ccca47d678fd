import type { Engine, Scalar } from '@limber/engine';

/** The loss of the newest batch, kept on the device until a hook that may wait reads it. */
export interface KeptLoss {
  /** Takes a loss in the place of the one before; for `onBeforeBackward`. */
  take(engine: Engine, loss: Scalar): void;
  /** Reads and frees it. @returns null without one. */
  read(): Promise<number | null>;
  readonly release: () => void;
}

/** Keeps none yet. */
export function createKeptLoss(): KeptLoss {
  let kept: Scalar | null = null;
  const release = (): void => {
    kept?.dispose();
    kept = null;
  };
  return {
    take: ({ tf }, loss) => {
      release();
      kept = tf.keep(loss.clone());
    },
    read: async () => {
      if (kept === null) return null;
      const [value] = await kept.data();
      release();
      return value!;
    },
    release,
  };
}
