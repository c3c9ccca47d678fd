import type { CodecConfig } from '@limber/keypoints';
import { coco17, createCodec, createRandom, flipIndices } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { averageWithMirror, mirrorImages } from './flip-test.ts';

const config: CodecConfig = {
  type: 'msra-heatmap',
  inputSize: { height: 128, width: 96 },
  heatmapSize: { height: 32, width: 24 },
  sigmaPx: 1.5,
};
const codec = createCodec(config);
const joints = coco17.keypoints.length;
const indices = flipIndices(coco17);

test('a perfect model finds the same joints in an image and in its mirror image', async () => {
  const engine = await loadTestEngine();
  const random = createRandom(7, 'flip-test');
  const keypoints = Float32Array.from({ length: joints * 3 }, (_, at) =>
    at % 3 === 2 ? 2 : random.uniform(24, at % 3 === 0 ? 71 : 103),
  );
  const mirrored = Float32Array.from(keypoints, (_, at) => {
    const from = indices[Math.floor(at / 3)]! * 3 + (at % 3);
    return at % 3 === 0 ? config.inputSize.width - 1 - keypoints[from]! : keypoints[from]!;
  });
  const shape: [number, number, number, number] = [1, 32, 24, joints];
  const average = engine.tf.tidy(() =>
    averageWithMirror(
      engine,
      {
        heatmaps: engine.tf.tensor4d(codec.encode(keypoints).targets, shape),
        ofMirror: engine.tf.tensor4d(codec.encode(mirrored).targets, shape),
      },
      { flipIndices: indices, inputSize: config.inputSize },
    ),
  );
  const found = codec.decode(average.dataSync<'float32'>(), joints).keypoints;
  average.dispose();
  for (let joint = 0; joint < joints; joint++) {
    // linear interpolation widens a Gaussian a little, which moves its peak by hundredths of a pixel
    expect(Math.abs(found[joint * 2]! - keypoints[joint * 3]!)).toBeLessThan(0.15);
    expect(Math.abs(found[joint * 2 + 1]! - keypoints[joint * 3 + 1]!)).toBeLessThan(0.15);
  }
});

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
