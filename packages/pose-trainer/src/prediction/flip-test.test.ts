import type { Tensor4D } from '@limber/engine';
import type { CodecConfig } from '@limber/keypoints';
import { coco17, createCodec, createRandom, flipIndices } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { averageWithMirror, mirrorImages } from './flip-test.ts';

const inputSize = { height: 128, width: 96 };
const heatmapSize = { height: 32, width: 24 };
const configs: readonly CodecConfig[] = [
  { type: 'msra-heatmap', inputSize, heatmapSize, sigmaPx: 1.5 },
  { type: 'udp-heatmap', inputSize, heatmapSize, sigmaPx: 1.5 },
  { type: 'simcc', inputSize },
  { type: 'simcc', inputSize, splitRatio: 1.5 },
  { type: 'regression', inputSize },
];
const joints = coco17.keypoints.length;
const indices = flipIndices(coco17);

test.each(configs)(
  'a perfect model finds the same joints in an image and in its mirror image: %o',
  async (config) => {
    const engine = await loadTestEngine();
    const codec = createCodec(config);
    const random = createRandom(7, 'flip-test');
    const keypoints = Float32Array.from({ length: joints * 3 }, (_, at) =>
      at % 3 === 2 ? 2 : random.uniform(24, at % 3 === 0 ? 71 : 103),
    );
    const mirrored = Float32Array.from(keypoints, (_, at) => {
      const from = indices[Math.floor(at / 3)]! * 3 + (at % 3);
      return at % 3 === 0 ? inputSize.width - 1 - keypoints[from]! : keypoints[from]!;
    });
    const outputOf = (truth: Float32Array): Tensor4D => {
      const { targets } = codec.encode(truth);
      const shape = [1, ...codec.targetShape(joints)].slice(-3) as [number, number, number];
      const output = engine.tf.tensor4d(targets, [1, ...shape]);
      if (config.type !== 'regression') return output;
      return engine.tf.concat([output, engine.tf.zerosLike(output)], 3);
    };
    const average = engine.tf.tidy(() =>
      averageWithMirror(
        engine,
        { output: outputOf(keypoints), ofMirror: outputOf(mirrored) },
        { flipIndices: indices, codec: config, cropConvention: codec.cropConvention },
      ),
    );
    const found = codec.decode(average.dataSync<'float32'>(), joints).keypoints;
    average.dispose();
    // linear interpolation widens a Gaussian a little, which moves its peak by hundredths of a pixel
    const tolerancePx = config.type === 'msra-heatmap' ? 0.15 : 0.02;
    for (let joint = 0; joint < joints; joint++) {
      for (const axis of [0, 1]) {
        const error = found[joint * 2 + axis]! - keypoints[joint * 3 + axis]!;
        expect(Math.abs(error)).toBeLessThan(tolerancePx);
      }
    }
  },
);

test('mirroring twice gives the images back', async () => {
  const { tf, ...engine } = await loadTestEngine();
  const images = tf.randomUniform([2, 4, 6, 3], 0, 1, 'float32', 3);
  const twice = tf.tidy(() => {
    const full = { tf, ...engine };
    return mirrorImages(full, mirrorImages(full, images as never));
  });
  expect(twice.dataSync()).toEqual(images.dataSync());
  tf.dispose([images, twice]);
});
