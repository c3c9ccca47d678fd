import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/random.ts';
import type { CodecConfig } from './create-codec.ts';
import { createCodec } from './create-codec.ts';

/** What {@link testCodec} must know of a codec. */
export interface CodecExpectations {
  /** How far a decoded keypoint may be from the encoded one, anywhere in the input; input pixels. */
  readonly tolerancePx: number;
}

/** What every keypoint codec promises, whatever its targets look like. */
export function testCodec(config: CodecConfig, { tolerancePx }: CodecExpectations): void {
  const { height, width } = config.inputSize;
  const between = (low: number, high: number): fc.Arbitrary<number> =>
    fc.double({ min: low, max: high, noNaN: true });
  const inside = fc.tuple(between(0, width - 1), between(0, height - 1), fc.constantFrom(1, 2));

  describe(`${config.type} for ${height}x${width}`, () => {
    test(`decode after encode is within ${tolerancePx} px`, () => {
      const codec = createCodec(config);
      expect(codec).toMatchObject({ name: config.type, inputSize: config.inputSize });
      fc.assert(
        fc.property(fc.array(inside, { minLength: 1, maxLength: 3 }), (joints) => {
          const { targets } = codec.encode(Float32Array.from(joints.flat()));
          const { keypoints, scores } = codec.decode(targets, joints.length);
          for (const [joint, [x, y]] of joints.entries()) {
            const error = Math.hypot(keypoints[joint * 2]! - x, keypoints[joint * 2 + 1]! - y);
            expect(error).toBeLessThan(tolerancePx);
            expect(scores[joint]).toBeGreaterThan(0.5);
          }
        }),
        { seed: 1 },
      );
    });

    test('targets have the promised shape and lie in [0, 1], weights are 0 or 1', () => {
      const codec = createCodec(config);
      const random = createRandom('joints');
      const joints = Array.from({ length: 20 }, (_, joint) => [
        random.uniform(-width, 2 * width),
        random.uniform(-height, 2 * height),
        joint % 3,
      ]);
      const { targets, weights } = codec.encode(Float32Array.from(joints.flat()));
      const size = codec.targetShape(joints.length).reduce((product, side) => product * side, 1);
      expect(targets.length).toBe(size);
      expect(targets.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(weights.length).toBe(joints.length);
      expect(weights.every((weight) => weight === 0 || weight === 1)).toBe(true);
    });

    test('a joint that is not labelled counts for nothing and leaves no trace', () => {
      const codec = createCodec(config);
      const { targets, weights } = codec.encode(Float32Array.of(width / 2, height / 2, 0));
      expect([...weights]).toEqual([0]);
      expect(targets.every((value) => value === 0)).toBe(true);
    });

    test('a joint does not disturb its neighbour', () => {
      const codec = createCodec(config);
      const middle = [width / 2, height / 2, 2];
      const alone = codec.decode(codec.encode(Float32Array.from(middle)).targets, 1);
      const pair = codec.encode(Float32Array.from([...middle, width / 4, height / 4, 2]));
      const { keypoints } = codec.decode(pair.targets, 2);
      expect(keypoints.slice(0, 2)).toEqual(alone.keypoints);
    });
  });
}
