import { expect, it } from 'vitest';
import { areaRanges } from './coco-protocol.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import { cocoTiny, stretchedResults } from './fixtures/coco-tiny.suite.ts';

it('as many detections of an image count as are asked for', () => {
  const images = new Set(stretchedResults.map(({ image_id }) => image_id)).size;
  const { detectionCount } = evaluateKeypoints(cocoTiny, stretchedResults, { maxDetections: 1 });
  expect(detectionCount).toBe(images);
  expect(evaluateKeypoints(cocoTiny, stretchedResults).detectionCount).toBe(
    stretchedResults.length,
  );
});

it('persons of other sizes are scored as they are asked for', () => {
  const half = [areaRanges[0]!, { name: 'half', low: 0, high: 1e4 }];
  const { perArea, APm } = evaluateKeypoints(cocoTiny, stretchedResults, { areaRanges: half });
  expect(perArea.map(({ name }) => name)).toEqual(['all', 'half']);
  expect(APm).toBe(-1);
});
