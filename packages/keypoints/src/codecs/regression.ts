import { LimberError } from '@limber/files';
import type { Size } from '../geometry/box.ts';
import { checkSides } from './check-sides.ts';
import type { KeypointCodec } from './keypoint-codec.ts';

/** Of the image whose sides the coordinates are fractions of. */
export interface RegressionOptions {
  readonly inputSize: Size;
}

/** Numbers a joint in an output with deviations: x, y, and how unsure the model is of each. */
const withDeviations = 4;

/**
 * The place of each joint itself, as fractions of the input's sides: [K, 2].
 *
 * A model's output may be [K, 4] instead: x, y, and two numbers whose sigmoids are the deviations of x and y, as trained by
 * `rle`. The score is then the mean of 1 - deviation, else 1.
 *
 * A joint that is not labelled, or lies outside of the input, gives zeros and weight 0.
 *
 * @throws {LimberError} `invalid-argument` if the size makes no sense; of `decode`, `shape-mismatch`.
 * @see Li et al. 2021, arXiv:2107.11291 (RLE).
 */
export function createRegression({ inputSize }: RegressionOptions): KeypointCodec {
  const { width, height } = inputSize;
  checkSides('regression', [width, height]);
  return {
    name: 'regression',
    cropConvention: 'area',
    inputSize,
    targetShape: (jointCount) => [jointCount, 2],
    encode(keypoints, targets = new Float32Array((keypoints.length / 3) * 2)) {
      const weights = new Float32Array(keypoints.length / 3);
      for (let joint = 0; joint < weights.length; joint++) {
        const x = keypoints[joint * 3]! / width;
        const y = keypoints[joint * 3 + 1]! / height;
        const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
        if (!(keypoints[joint * 3 + 2]! > 0) || !isInside) continue;
        weights[joint] = 1;
        targets.set([x, y], joint * 2);
      }
      return { targets, weights };
    },
    decode(output, jointCount) {
      const each = output.length / jointCount;
      if (each !== 2 && each !== withDeviations) {
        throw new LimberError('shape-mismatch', {
          where: 'regression',
          what: 'not an output of a regression head',
          expected: `${jointCount} x 2 or ${jointCount} x ${withDeviations} numbers`,
          got: `${output.length}`,
        });
      }
      const keypoints = new Float32Array(jointCount * 2);
      const scores = new Float32Array(jointCount).fill(1);
      for (let joint = 0; joint < jointCount; joint++) {
        const [x, y, deviationX, deviationY] = output.subarray(joint * each, (joint + 1) * each);
        keypoints.set([x! * width, y! * height], joint * 2);
        if (each === 2) continue;
        scores[joint] = 1 - (sigmoid(deviationX!) + sigmoid(deviationY!)) / 2;
      }
      return { keypoints, scores };
    },
  };
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
