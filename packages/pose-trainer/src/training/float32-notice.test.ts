import type { KeypointBatch } from '@limber/dataset-loader';
import type { Callback } from '@limber/trainer';
import { expect, test } from 'vitest';
import { createFloat32Notice } from './float32-notice.ts';

function endEpoch(callback: Callback<KeypointBatch>): void {
  (callback.onTrainEpochEnd as () => void)();
}

test('what computes in float32 in spite of bf16-mixed is said once', () => {
  const lines: string[] = [];
  const inFloat32: string[] = [];
  const notice = createFloat32Notice({ precision: 'bf16-mixed', inFloat32 }, (line) =>
    lines.push(line),
  );
  endEpoch(notice);
  expect(lines).toEqual([]);
  inFloat32.push('Conv2D [8, 9, 9, 3] [3, 3, 3, 8]', 'A [1]', 'B [2]', 'C [3]');
  endEpoch(notice);
  endEpoch(notice);
  expect(lines).toEqual([
    "bf16-mixed: TensorFlow's bfloat16 kernels are wrong for some shapes, which compute in float32: Conv2D [8, 9, 9, 3] [3, 3, 3, 8], A [1], B [2], and 1 more",
  ]);
});
