import { coco17 } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { modelNames } from '../architectures/models.ts';
import { describeModel, describeModels } from './describe-models.ts';

const byName = Object.fromEntries(describeModels().map((model) => [model.name, model]));

test('every model is described once', () => {
  expect(describeModels().map(({ name }) => name)).toEqual([...modelNames]);
});

describe('SimpleBaseline with 17 joints has as many parameters as', () => {
  // torchvision's bodies without classifier (resnet18 11,689,512 - 513,000 and so on), three
  // deconvolutions of 256 with their batch norms, and the last convolution
  const head = (channels: number): number =>
    channels * 256 * 16 + 2 * 256 * 256 * 16 + 3 * 512 + 256 * 17 + 17;
  test.each([
    ['simplebaseline-resnet18', 11_176_512 + head(512), 15_376_721],
    ['simplebaseline-resnet34', 21_284_672 + head(512), 25_484_881],
    ['simplebaseline-resnet50', 23_508_032 + head(2048), 33_999_697],
    ['simplebaseline-resnet101', 42_500_160 + head(2048), 52_991_825],
  ])('the published %s', (name, derived, total) => {
    expect(byName[name]!.parameters).toBe(derived);
    expect(byName[name]!.parameters).toBe(total);
  });
});

test.each([
  ['movenet-lightning', 2_317_974],
  ['movenet-thunder', 6_226_046],
])(
  '%s has as many parameters as the published one without its heads for other things',
  (name, all) => {
    // a head: depthwise 3x3 of 24 channels, 1x1 to 96, 1x1 to its filters: center, regression and offset of 17 joints
    const headOf = (filters: number): number => 9 * 24 + 24 * 96 + 96 + 96 * filters + filters;
    expect(byName[name]!.parameters).toBe(all - headOf(1) - headOf(34) - headOf(34));
  },
);

test('ResNet-50 at 256x192 costs the 5.46 GFLOPs that MMPose counts', () => {
  expect(byName['simplebaseline-resnet50']!.gflops).toBeCloseTo(5.46, 1);
});

test('the cost grows with the area of the input, the parameters do not', () => {
  const name = 'simplebaseline-resnet18';
  const jointCount = coco17.keypoints.length;
  const small = describeModel({ name, inputSize: { height: 128, width: 96 }, jointCount });
  expect(small.gflops * 4).toBeCloseTo(byName[name]!.gflops, 6);
  expect(small.parameters).toBe(byName[name]!.parameters);
});

test.each([
  [
    { height: 250, width: 192 },
    17,
    'model "limber-tiny": inputSize: not usable: expected height and width in multiples of 32, such as 256x192, got 250x192.',
  ],
  [
    { height: 0, width: 192 },
    17,
    'model "limber-tiny": inputSize: not usable: expected height and width in multiples of 32, such as 256x192, got 0x192.',
  ],
  [
    { height: 64, width: 64 },
    0,
    'model "limber-tiny": jointCount: not usable: expected a whole number >= 1, got 0.',
  ],
])('input %o with %i joints is refused', (inputSize, jointCount, message) => {
  expect(() => describeModel({ name: 'limber-tiny', inputSize, jointCount })).toThrow(message);
});
