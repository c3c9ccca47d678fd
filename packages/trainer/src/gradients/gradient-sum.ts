import type { Engine, Tensor } from '@limber/engine';
import type { Gradients } from '../hooks/hooks.ts';

/** Sums of gradients over the batches of an accumulation window. */
export interface GradientSum {
  /** Batches that were added since the last reset. */
  readonly count: number;
  /** Takes the gradients of one batch, and keeps the sums beyond the surrounding `tf.tidy`. */
  add(gradients: Gradients): void;
  /** The sums with one more batch, which is not kept. */
  plus(gradients: Gradients): Gradients;
  /** Frees the sums and starts from zero. */
  reset(): void;
}

/** A sum of no batches. */
export function createGradientSum({ tf }: Engine): GradientSum {
  let sums: Record<string, Tensor> = {};
  let count = 0;
  const plus = (gradients: Gradients): Record<string, Tensor> => {
    const result = { ...sums };
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = sums[name];
      result[name] = sum === undefined ? gradient : tf.add(sum, gradient);
    }
    return result;
  };
  return {
    get count() {
      return count;
    },
    plus,
    add: (gradients) => {
      for (const [name, sum] of Object.entries(plus(gradients))) {
        if (sums[name] === sum) continue;
        sums[name]?.dispose();
        sums[name] = tf.keep(sum);
      }
      count++;
    },
    reset: () => {
      for (const sum of Object.values(sums)) sum.dispose();
      sums = {};
      count = 0;
    },
  };
}
