import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CodecConfig } from './create-codec.ts';
import { createCodec } from './create-codec.ts';

interface GoldenCase {
  readonly options: Omit<CodecConfig, 'type'>;
  readonly keypoints: readonly (readonly [x: number, y: number, v: number])[];
  readonly weights: readonly number[];
  readonly sum: number;
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly decoded: readonly (readonly [x: number, y: number])[];
  readonly scores: readonly number[];
  readonly decodedFromNoise: readonly (readonly [x: number, y: number])[];
  readonly scoresFromNoise: readonly number[];
}

/**
 * Compares a codec with the numbers that codecs.golden.py wrote.
 *
 * @param options.noise - the largest that is added before decoding.
 * @param options.tolerancePx - of decoded keypoints, in input pixels: targets are float32 on both sides, and decoding magnifies the
 * last digit.
 */
export function testGolden(
  type: CodecConfig['type'],
  { noise, tolerancePx }: { readonly noise: number; readonly tolerancePx: number },
): void {
  const url = new URL(`${type}.golden.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: GoldenCase[] };

  describe.each(cases)(`${type} with $options`, ({ options, keypoints, ...expected }) => {
    const encoded = () => {
      const codec = createCodec({ type, ...options } as CodecConfig);
      return { codec, ...codec.encode(Float32Array.from(keypoints.flat())) };
    };

    test('targets equal those of NumPy', () => {
      const { targets, weights } = encoded();
      expect([...weights]).toEqual(expected.weights);
      expect(targets.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sum, 2);
      expectNear(
        expected.at.map((at) => targets[at]!),
        expected.values,
        1e-6,
      );
    });

    test('joints decoded from targets equal those of NumPy', () => {
      const { codec, targets } = encoded();
      const decoded = codec.decode(targets, keypoints.length);
      expectNear(decoded.keypoints, expected.decoded.flat(), tolerancePx);
      expectNear(decoded.scores, expected.scores, 1e-6);
    });

    test('joints decoded from noisy targets equal those of NumPy', () => {
      const { codec, targets } = encoded();
      const noisy = targets.map((value, at) => value + Math.fround(noise) * noiseAt(at));
      const decoded = codec.decode(noisy, keypoints.length);
      expectNear(decoded.keypoints, expected.decodedFromNoise.flat(), tolerancePx);
      expectNear(decoded.scores, expected.scoresFromNoise, 1e-6);
    });
  });
}

/** A number in [0, 1) from an index, the same as in the golden script. */
function noiseAt(index: number): number {
  let x = Math.imul(index, 2654435761);
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519);
  x ^= x >>> 13;
  return Math.fround((x >>> 0) / 4294967296);
}

function expectNear(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) {
    expect(Math.abs(got[at]! - value)).toBeLessThanOrEqual(tolerance);
  }
}
