import type { TensorInfo } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { createKernelCheck } from './kernel-check.ts';

describe.runIf(hasNativeEngine)('the check of a bfloat16 kernel', () => {
  test('an operation that TensorFlow has no bfloat16 kernel of computes in float32', async () => {
    const { tf, native } = await loadNativeEngine();
    const { binding } = native!;
    const images = tf.ones([1, 4, 4, 8]);
    const check = createKernelCheck(native!);
    const before = native!.getNumOfTFTensors();
    const call = {
      name: 'LRN',
      attributes: [
        { name: 'depth_radius', type: binding.TF_ATTR_INT, value: 5 },
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      ],
      inputs: [images as TensorInfo],
      ids: native!.getInputTensorIds([images]),
      sizes: [],
      typed: [0],
    };
    expect(check.isRight(call)).toBe(false);
    expect(check.wrong).toEqual(['LRN [1, 4, 4, 8]']);
    expect(native!.getNumOfTFTensors()).toBe(before + 1);
    images.dispose();
  });
});
