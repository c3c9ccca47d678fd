import type { Engine } from '@limber/engine';
import type { CodecConfig, Size } from '@limber/keypoints';
import { createCodec } from '@limber/keypoints';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { fitImage, fitImages, placeInFit } from './fit-images.ts';
import { createResample } from './resample-output.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
}, 60_000);

const sizes: readonly { readonly from: Size; readonly to: Size }[] = [
  { from: { height: 128, width: 96 }, to: { height: 192, width: 192 } },
  { from: { height: 128, width: 128 }, to: { height: 192, width: 192 } },
  { from: { height: 128, width: 96 }, to: { height: 256, width: 192 } },
  { from: { height: 192, width: 192 }, to: { height: 128, width: 96 } },
];

type MapCodec = Exclude<CodecConfig, { readonly type: 'regression' }>;

function codecOf(type: MapCodec['type'], inputSize: Size): MapCodec {
  if (type === 'simcc') return { type, inputSize };
  const heatmapSize = { height: inputSize.height / 4, width: inputSize.width / 4 };
  return { type, inputSize, heatmapSize, sigmaPx: 2 };
}

describe.each(['msra-heatmap', 'udp-heatmap', 'simcc'] as const)('%s', (type) => {
  test.each(sizes)('what a teacher sees of $to is where it is in $from', ({ from, to }) => {
    const codecs = { student: codecOf(type, from), teacher: codecOf(type, to) };
    const [student, teacher] = [createCodec(codecs.student), createCodec(codecs.teacher)];
    const fit = fitImage(from, to, student.cropConvention);
    const joints = [
      [30, 40],
      [51.5, 77.25],
      [60, 61],
    ] as const;
    const seen = joints.flatMap(([x, y]) => [
      placeInFit(fit, 'width', x),
      placeInFit(fit, 'height', y),
      2,
    ]);
    const { targets } = teacher.encode(Float32Array.from(seen));
    const shape = [1, 1, ...teacher.targetShape(3)].slice(-4) as [number, number, number, number];
    const resample = createResample(engine, codecs, fit);
    const output = engine.tf.tidy(() => resample(engine.tf.tensor4d(targets, shape)).dataSync());
    const { keypoints } = student.decode(output as Float32Array, 3);
    // between the places of the teacher there are straight lines: up to half a bin of SimCC where they are stretched
    const errors = joints.flat().map((place, at) => Math.abs(keypoints[at]! - place));
    expect(Math.max(...errors), keypoints.join(' ')).toBeLessThanOrEqual(
      type === 'simcc' ? 0.25 : 0.1,
    );
  });

  test('on the same grid nothing changes', () => {
    const { from } = sizes[0]!;
    const codec = codecOf(type, from);
    const fit = fitImage(from, from, createCodec(codec).cropConvention);
    const resample = createResample(engine, { student: codec, teacher: codec }, fit);
    const { targets } = createCodec(codec).encode(Float32Array.from([30, 40, 2]));
    const shape = [1, 1, ...createCodec(codec).targetShape(1)].slice(-4);
    const output = engine.tf.tidy(() =>
      resample(engine.tf.tensor4d(targets, shape as [number, number, number, number])).dataSync(),
    );
    expect([...output]).toEqual([...targets]);
  });
});

describe.each(['area', 'lattice'] as const)('images by %s', (convention) => {
  test.each(sizes)('of $from in $to show everything where it is said to be', ({ from, to }) => {
    const fit = fitImage(from, to, convention);
    // brightness says where a pixel is
    const at = (side: 'x' | 'y') => (_: unknown, index: number) => {
      const [x, y] = [index % from.width, Math.floor(index / from.width)];
      return side === 'x' ? x : y;
    };
    const count = from.height * from.width;
    const [xs, ys] = [
      Array.from({ length: count }, at('x')),
      Array.from({ length: count }, at('y')),
    ];
    const images = Uint8Array.from(xs.flatMap((x, index) => [x, ys[index]!, 255]));
    const mean = [0.1, 0.2, 0.3] as const;
    const std = [0.5, 0.25, 1] as const;
    const { tf } = engine;
    const values = tf.tidy(() =>
      fitImages(engine, { images, size: 1 }, { fit, normalization: { mean, std } }).dataSync(),
    );
    const pixel = (x: number, y: number) =>
      [0, 1, 2].map((channel) => {
        const value = values[(y * to.width + x) * 3 + channel]!;
        return (value * std[channel]! + mean[channel]!) * 255;
      });
    for (const [x, y] of [
      [20, 30],
      [47, 63],
      [71, 90],
    ] as const) {
      const [left, top] = [placeInFit(fit, 'width', x), placeInFit(fit, 'height', y)];
      // the four pixels around, weighted, are the place itself: brightness is linear
      const [near, far] = [
        pixel(Math.floor(left), Math.floor(top)),
        pixel(Math.ceil(left), Math.ceil(top)),
      ];
      const between = (a: number, b: number, place: number): number =>
        a + (b - a) * (place - Math.floor(place));
      expect(between(near[0]!, far[0]!, left)).toBeCloseTo(x, 2);
      expect(between(near[1]!, far[1]!, top)).toBeCloseTo(y, 2);
      expect(near[2]).toBeCloseTo(255, 2);
    }
    const { start, inner } = fit;
    const isPadded = start.x > 0 || start.y > 0;
    if (isPadded) for (const value of pixel(0, 0)) expect(value).toBeCloseTo(0, 3);
    expect(start.x * 2 + inner.width).toBeGreaterThanOrEqual(to.width - 1);
  });
});
