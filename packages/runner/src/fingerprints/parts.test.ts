import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Part } from './parts.ts';
import { fingerprintOf, paramParts, workKeyOf } from './parts.ts';

const params = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 3 }),
  fc.oneof(
    fc.integer(),
    fc.string(),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 2 }), fc.boolean(), { minKeys: 1 }),
  ),
);
const partsOf = (value: unknown, extending: readonly string[] = []): Part[] =>
  paramParts(value, extending, (path) => path.join('.'));

it('the order of keys does not matter, and different params have different fingerprints', () => {
  fc.assert(
    fc.property(params, params, (one, other) => {
      const reversed = Object.fromEntries(Object.entries(one).reverse());
      expect(fingerprintOf(partsOf(reversed))).toBe(fingerprintOf(partsOf(one)));
      const areEqual = fc.stringify(sorted(one)) === fc.stringify(sorted(other));
      expect(fingerprintOf(partsOf(one)) === fingerprintOf(partsOf(other))).toBe(areEqual);
    }),
  );
});

it('params that extend the work are in the fingerprint but not in the key of the working folder', () => {
  const [short, long] = [1, 2].map((epochs) => partsOf({ lr: 1, fit: { epochs } }, ['fit']));
  expect(fingerprintOf(short!)).not.toBe(fingerprintOf(long!));
  expect(workKeyOf(short!)).toBe(workKeyOf(long!));
  expect(workKeyOf(short!)).not.toBe(workKeyOf(partsOf({ lr: 2, fit: { epochs: 1 } }, ['fit'])));
});

function sorted(value: Record<string, unknown>): unknown {
  const order = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
    a[0] < b[0] ? -1 : 1;
  return Object.entries(value)
    .map(([key, inner]): [string, unknown] => [
      key,
      typeof inner === 'object' ? Object.entries(inner as object).sort(order) : inner,
    ])
    .sort(order);
}
