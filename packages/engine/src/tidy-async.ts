import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from './engine.ts';

/** tfjs's list of what was made since a scope began; private in its typings. */
interface ScopedEngine {
  readonly state: { readonly activeScope: { readonly track: readonly Tensor[] } };
}

/**
 * `tf.tidy` for something that may wait, such as for `await tensor.data()`: what it makes before it first waits is freed
 * when it has ended. What it makes afterwards it disposes itself, for other work may make tensors meanwhile.
 */
export async function tidyAsync<Result>(
  { tf }: Pick<Engine, 'tf'>,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const made: Tensor[] = [];
  let answer!: Result | Promise<Result>;
  tf.tidy(() => {
    answer = run();
    if (!(answer instanceof Promise)) return;
    const { activeScope } = (tf.engine() as unknown as ScopedEngine).state;
    for (const tensor of activeScope.track) {
      if (!tensor.isDisposed && !tensor.kept) made.push(tf.keep(tensor));
    }
  });
  try {
    return await answer;
  } finally {
    tf.dispose(made);
  }
}
