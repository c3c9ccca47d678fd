import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';

type Tfjs = Engine['tf'];

/** Two images of noise, the same each time. */
export function inputOf(tf: Tfjs): Tensor {
  return tf.randomNormal([2, 16, 12, 3], 0, 1, 'float32', 1);
}

/** A small network with everything a pose network has: strides, pooling, a shortcut, upsampling. */
export function createSmallModel(tf: Tfjs): LayersModel {
  const { layers } = tf;
  let seed = 0;
  const kernelInitializer = (): ReturnType<typeof tf.initializers.heNormal> => {
    seed += 1;
    return tf.initializers.heNormal({ seed });
  };
  const conv = (
    filters: number,
    strides: number,
    useBias: boolean,
  ): ReturnType<typeof layers.conv2d> =>
    layers.conv2d({
      filters,
      kernelSize: 3,
      strides,
      useBias,
      padding: 'same',
      kernelInitializer: kernelInitializer(),
    });
  const relu = (): ReturnType<typeof layers.activation> =>
    layers.activation({ activation: 'relu' });
  const image = tf.input({ shape: [16, 12, 3] });
  let x = conv(4, 2, false).apply(image);
  x = relu().apply(layers.batchNormalization({}).apply(x));
  x = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x);
  const block = layers.batchNormalization({}).apply(conv(4, 1, false).apply(x));
  x = relu().apply(layers.add().apply([x as never, block as never]));
  x = layers
    .conv2dTranspose({
      filters: 4,
      kernelSize: 4,
      strides: 2,
      padding: 'same',
      kernelInitializer: kernelInitializer(),
    })
    .apply(x);
  x = conv(2, 1, true).apply(x);
  return tf.model({ inputs: image, outputs: x as never });
}

/** One training step on those images; returns its loss. */
export async function trainStep(
  tf: Tfjs,
  { model, variables }: { readonly model: LayersModel; readonly variables: Variable[] },
  update: (gradients: Record<string, Tensor>) => void,
): Promise<number> {
  const x = inputOf(tf);
  const { value, grads } = tf.variableGrads(
    () => (model.apply(x, { training: true }) as Tensor).sub(0.5).square().mean().asScalar(),
    variables,
  );
  update(grads);
  const [loss] = await value.data();
  tf.dispose([x, value, grads] as never);
  return loss!;
}
