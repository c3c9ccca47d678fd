import type { Engine } from '@limber/engine';
import { clipByGlobalNorm } from '@limber/engine';
import type { Gradients } from '../hooks/hooks.ts';

/** How gradients are kept small. */
export interface GradientClipping {
  /** null leaves them alone. */
  readonly gradientClipVal: number | null;
  /** `norm` scales all of them together; `value` cuts each number to [-gradientClipVal, gradientClipVal]. */
  readonly gradientClipAlgorithm: 'norm' | 'value';
}

/** Clips gradients as PyTorch's `clip_grad_norm_` and `clip_grad_value_` do. Call it within `tf.tidy`. */
export function clipGradients(
  engine: Engine,
  gradients: Gradients,
  { gradientClipVal: limit, gradientClipAlgorithm }: GradientClipping,
): Gradients {
  if (limit === null) return gradients;
  switch (gradientClipAlgorithm) {
    case 'norm':
      return clipByGlobalNorm(engine, gradients, limit).gradients;
    case 'value': {
      const entries = Object.entries(gradients);
      const { tf } = engine;
      return Object.fromEntries(
        entries.map(([name, gradient]) => [name, tf.clipByValue(gradient, -limit, limit)]),
      );
    }
  }
}
