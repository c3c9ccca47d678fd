import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { CodecConfig } from '@limber/keypoints';
import { createCodec, createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { addOutputs } from './onnx/add-outputs.ts';
import { OnnxBuilder } from './onnx/onnx-builder.ts';
import { encodeOnnx } from './onnx/onnx-message.ts';

const jointCount = 6;
const inputSize = { height: 256, width: 192 };
const heatmapSize = { height: 64, width: 48 };
const codecs: CodecConfig[] = [
  { type: 'msra-heatmap', inputSize, heatmapSize, sigmaPx: 2 },
  {
    type: 'msra-heatmap',
    inputSize: { height: 128, width: 96 },
    heatmapSize: { height: 32, width: 24 },
    sigmaPx: 1.5,
    blurKernelSize: 5,
  },
  { type: 'udp-heatmap', inputSize, heatmapSize },
  { type: 'simcc', inputSize },
  { type: 'simcc', inputSize, splitRatio: 1, smoothing: { type: 'label', weight: 0.1 } },
  { type: 'regression', inputSize },
];

/** What a network may give, [height, width, channels]: its own noise, and joints some of which are near the border or outside. */
interface Output {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly values: Float32Array;
}

function noisyOutput(config: CodecConfig, seed: number): Output {
  const codec = createCodec(config);
  const random = createRandom('decoding', seed);
  if (config.type === 'regression') {
    const values = Float32Array.from({ length: jointCount * 4 }, () => random.uniform(-0.2, 1.2));
    return { shape: [1, jointCount, 4], values };
  }
  const joints = Array.from({ length: jointCount }, () => [
    random.uniform(-0.05, 1.05) * codec.inputSize.width,
    random.uniform(-0.05, 1.05) * codec.inputSize.height,
    2,
  ]);
  const { targets } = codec.encode(Float32Array.from(joints.flat()));
  const noise = config.type === 'simcc' ? 0.01 : 0.05;
  const columns = targets.length / jointCount;
  const isLast = (at: number): boolean =>
    config.type === 'simcc'
      ? Math.floor(at / columns) === jointCount - 1
      : at % jointCount === jointCount - 1;
  // the last joint has no value above 0
  const values = targets.map((value, at) =>
    isLast(at) ? -value : value + random.uniform(-noise, noise),
  );
  const shape = codec.targetShape(jointCount);
  return { shape: [1, ...shape].slice(-3) as [number, number, number], values };
}

describe.each(codecs)('outputs of %o', (codec) => {
  const batch = 20;
  const outputs = Array.from({ length: batch }, (_, seed) => noisyOutput(codec, seed));
  const expected = outputs.map(({ values }) => createCodec(codec).decode(values, jointCount));
  const [height, width, channels] = outputs[0]!.shape;

  test('are decoded inside ONNX as the codec decodes them', async () => {
    const builder = new OnnxBuilder();
    const given = addOutputs(builder, 'output', { codec, jointCount, hasDecoding: true });
    const bytes = encodeOnnx({
      name: 'decoding',
      nodes: builder.nodes,
      constants: builder.constants,
      inputs: [{ name: 'output', type: 'float32', shape: ['batch', channels, height, width] }],
      outputs: given,
      metadata: {},
    });
    const planes = outputs.flatMap(({ values }) =>
      Array.from({ length: values.length }, (_, at) => {
        const pixels = height * width;
        return values[(at % pixels) * channels + Math.floor(at / pixels)]!;
      }),
    );
    const session = await InferenceSession.create(bytes);
    const shape = [batch, channels, height, width];
    const result = await session.run({ output: new Tensor('float32', planes, shape) });
    for (const { name, shape: sides } of given) {
      expect(result[name]!.dims).toEqual([batch, ...sides.slice(1)]);
    }
    const keypoints = result['keypoints']!.data as Float32Array;
    const scores = result['scores']!.data as Float32Array;
    // float32 there, float64 here, and the curvature of a logarithm magnifies the last digits
    expectNear(
      keypoints,
      expected.flatMap((one) => [...one.keypoints]),
      0.01,
    );
    expectNear(
      scores,
      expected.flatMap((one) => [...one.scores]),
      1e-6,
    );
  });

  test('are decoded by the page as the codec decodes them', async () => {
    const page = new URL('../../web/decode.js', import.meta.url).href;
    const { decodeOutput } = (await import(page)) as {
      decodeOutput: (output: Float32Array, config: CodecConfig) => Joint[];
    };
    for (const [at, { values }] of outputs.entries()) {
      const joints = decodeOutput(values, codec);
      const { keypoints, scores } = expected[at]!;
      expectNear(
        joints.flatMap(({ x, y }) => [x, y]),
        [...keypoints],
        1e-4,
      );
      expect(Float32Array.from(joints, ({ score }) => score)).toEqual(scores);
    }
  });
});

function expectNear(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) {
    expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(tolerance);
  }
}

interface Joint {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}
