import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { CodecConfig } from '@limber/keypoints';
import { createCodec, createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { addDecoding } from './onnx/add-decoding.ts';
import { OnnxBuilder } from './onnx/onnx-builder.ts';
import { encodeOnnx } from './onnx/onnx-message.ts';

const jointCount = 6;
const codecs: CodecConfig[] = [
  {
    type: 'msra-heatmap',
    inputSize: { height: 256, width: 192 },
    heatmapSize: { height: 64, width: 48 },
    sigmaPx: 2,
  },
  {
    type: 'msra-heatmap',
    inputSize: { height: 128, width: 96 },
    heatmapSize: { height: 32, width: 24 },
    sigmaPx: 1.5,
    blurKernelSize: 5,
  },
];

/** Heatmaps of random joints, some near the border or outside, with noise; the last map has no value above 0. */
function noisyHeatmaps(config: CodecConfig, seed: number): Float32Array {
  const codec = createCodec(config);
  const random = createRandom('decoding', seed);
  const { height, width } = config.inputSize;
  const joints = Array.from({ length: jointCount }, () => [
    random.uniform(-0.05, 1.05) * width,
    random.uniform(-0.05, 1.05) * height,
    2,
  ]);
  const { targets } = codec.encode(Float32Array.from(joints.flat()));
  return targets.map((value, at) =>
    at % jointCount === jointCount - 1 ? -value : value + random.uniform(-0.05, 0.05),
  );
}

describe.each(codecs)('heatmaps of $heatmapSize', (codec) => {
  const batch = 20;
  const maps = Array.from({ length: batch }, (_, seed) => noisyHeatmaps(codec, seed));
  const expected = maps.map((map) => createCodec(codec).decode(map, jointCount));

  test('are decoded inside ONNX as the codec decodes them', async () => {
    const builder = new OnnxBuilder();
    addDecoding(builder, 'heatmaps', { codec, jointCount });
    const { height, width } = codec.heatmapSize;
    const float = { type: 'float32' } as const;
    const bytes = encodeOnnx({
      name: 'decoding',
      nodes: builder.nodes,
      constants: builder.constants,
      inputs: [{ name: 'heatmaps', ...float, shape: ['batch', jointCount, height, width] }],
      outputs: [
        { name: 'keypoints', ...float, shape: ['batch', jointCount, 2] },
        { name: 'scores', ...float, shape: ['batch', jointCount] },
      ],
      metadata: {},
    });
    const planes = maps.flatMap((map) =>
      Array.from({ length: map.length }, (_, at) => {
        const pixels = height * width;
        return map[(at % pixels) * jointCount + Math.floor(at / pixels)]!;
      }),
    );
    const session = await InferenceSession.create(bytes);
    const shape = [batch, jointCount, height, width];
    const result = await session.run({ heatmaps: new Tensor('float32', planes, shape) });
    const keypoints = result['keypoints']!.data as Float32Array;
    const scores = result['scores']!.data as Float32Array;
    expect([...scores]).toEqual(expected.flatMap((one) => [...one.scores]));
    for (const [at, value] of expected.flatMap((one) => [...one.keypoints]).entries()) {
      // float32 there, float64 here, and the curvature of a logarithm magnifies the last digits
      expect(Math.abs(keypoints[at]! - value)).toBeLessThan(0.01);
    }
  });

  test('are decoded by the page as the codec decodes them', async () => {
    const page = new URL('../../web/decode.js', import.meta.url).href;
    const { decodeHeatmaps } = (await import(page)) as {
      decodeHeatmaps: (map: Float32Array, config: CodecConfig) => Joint[];
    };
    for (const [at, map] of maps.entries()) {
      const joints = decodeHeatmaps(map, codec);
      const { keypoints, scores } = expected[at]!;
      expect(Float32Array.from(joints.flatMap(({ x, y }) => [x, y]))).toEqual(keypoints);
      expect(Float32Array.from(joints, ({ score }) => score)).toEqual(scores);
    }
  });
});

interface Joint {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}
