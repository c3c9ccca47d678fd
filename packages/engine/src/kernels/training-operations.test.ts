import type { SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { trainableVariables } from '../weights/named-weights.ts';
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
});
