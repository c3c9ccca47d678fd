import type { Affine } from '@limber/keypoints';
import { applyAffine, createCodec, invertAffine } from '@limber/keypoints';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeResults } from './decode-results.ts';

const codec = createCodec({
  type: 'msra-heatmap',
  inputSize: { height: 64, width: 48 },
  heatmapSize: { height: 16, width: 12 },
  sigmaPx: 1.5,
});

test('joints that were encoded come back where they were in their image', () => {
  const coordinate = (side: number) => fc.double({ min: 16, max: side - 17, noNaN: true });
  const point = fc.record({ x: coordinate(48), y: coordinate(64) });
  const turned = fc.record({
    angle: fc.double({ min: -3, max: 3, noNaN: true }),
    scale: fc.double({ min: 0.5, max: 4, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(point, { minLength: 2, maxLength: 2 }), turned, (points, map) => {
      const [cos, sin] = [map.scale * Math.cos(map.angle), map.scale * Math.sin(map.angle)];
      const toImage: Affine = [cos, -sin, 30, sin, cos, -12];
      const keypoints = Float32Array.from(points.flatMap(({ x, y }) => [x, y, 2]));
      const { targets } = codec.encode(keypoints);
      const batch = { size: 1, imageIds: [7], toImage: [toImage] };

      const [result] = decodeResults(targets, batch, { codec, categoryId: 3, jointCount: 2 });

      expect(result).toMatchObject({ image_id: 7, category_id: 3 });
      for (const [joint, expected] of points.entries()) {
        const [x, y] = result!.keypoints.slice(joint * 3);
        const inputPx = applyAffine(invertAffine(toImage), { x: x!, y: y! });
        // the heatmap is cut at its border, which pulls a joint near it by some hundredths of a pixel
        expect(Math.abs(inputPx.x - expected.x)).toBeLessThan(0.3);
        expect(Math.abs(inputPx.y - expected.y)).toBeLessThan(0.3);
      }
      const [first, second] = [result!.keypoints[2]!, result!.keypoints[5]!];
      expect(result!.score).toBeCloseTo((first + second) / 2, 6);
    }),
  );
});
