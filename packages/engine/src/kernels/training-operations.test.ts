import type { SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { expectGradientOf } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  // oneDNN's kernels are part of TensorFlow's builds for x64 processors
  test.runIf(process.arch === 'x64')('a training step runs on the fused kernels', () => {
    if (engine.native!.isUsingGpuDevice) return;
    const { layers } = tf;
    const input = tf.input({ shape: [12, 10, 3] });
    const stack = [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
      layers.batchNormalization({}),
      layers.activation({ activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.conv2d({ filters: 6, kernelSize: 1 }),
    ];
    const output = stack.reduce((x, layer) => layer.apply(x) as SymbolicTensor, input);
    const model = tf.model({ inputs: input, outputs: output });
    const x = tf.randomNormal([2, 12, 10, 3], 0, 1, 'float32', 1);
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => {
        tf.variableGrads(
          () => (model.apply(x, { training: true }) as Tensor).mean().asScalar(),
          trainableVariables(model),
        );
      });
    });
    const heavy = /Conv|MatMul|BatchNorm|Pool|^Relu/;
    expect(names.filter((name) => heavy.test(name))).toEqual([
      'Conv2D',
      '_MklNativeFusedBatchNormEx',
      '_MklNativeMaxPool',
      'MatMul',
      'MatMul',
      'MatMul',
      '_MklNativeMaxPool', // again, for what its gradient needs
      '_MklNativeMaxPoolGrad',
      'ReluGrad',
      'FusedBatchNormGradV3',
      'Conv2DBackpropFilter',
    ]);
    x.dispose();
    model.dispose();
  });

  test.each([
    [1, 1, 'same'],
    [2, 1, 'same'],
    [1, 2, 'valid'],
    [2, 2, 'same'],
  ] as const)(
    'depthwise convolutions by %i with %i filters a channel (%s) have the gradients of finite differences',
    (...[stride, filters, padding]) => {
      tf.tidy(() => {
        const x = tf.randomNormal([2, 6, 5, 3], 0, 1, 'float32', 1);
        const filter = tf.randomNormal([3, 3, 3, filters], 0, 1, 'float32', 2);
        const f = (...[image, weights]: Tensor[]): Tensor =>
          tf.depthwiseConv2d(image as Tensor4D, weights as Tensor4D, stride, padding);
        expectGradientOf(tf, f, { inputs: [x, filter], tolerance: 2e-2 });
      });
    },
  );

  test.each([false, true])(
    'nearest upsampling gives each pixel the gradients of its copies in every image (aligned: %s)',
    (isAligned) => {
      tf.tidy(() => {
        const x = tf.randomNormal([3, 4, 3, 2], 0, 1, 'float32', 1);
        const f = (image: Tensor): Tensor =>
          tf.image.resizeNearestNeighbor(image as Tensor4D, [8, 6], isAligned);
        expectGradientOf(tf, (image) => f(image!), { inputs: [x], tolerance: 1e-2 });
        const ones = tf.grad(f)(x, tf.ones([3, 8, 6, 2]));
        // every pixel of the result is the copy of one
        expect(ones.sum([1, 2, 3]).arraySync()).toEqual([96, 96, 96]);
      });
    },
  );
});
