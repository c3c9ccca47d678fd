import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupIntoBuckets } from './buckets.ts';

test('every tensor is in one bucket, in order, and a bucket ends with the tensor that fills it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 100 }), (sizes, limit) => {
      const buckets = groupIntoBuckets(sizes, limit);
      expect(buckets.flat()).toEqual(sizes.map((_, at) => at));
      const bytesOf = (bucket: readonly number[]): number =>
        bucket.reduce((sum, at) => sum + sizes[at]!, 0);
      for (const bucket of buckets.slice(0, -1)) {
        expect(bytesOf(bucket)).toBeGreaterThanOrEqual(limit);
        expect(bytesOf(bucket.slice(0, -1))).toBeLessThan(limit);
      }
    }),
  );
});
