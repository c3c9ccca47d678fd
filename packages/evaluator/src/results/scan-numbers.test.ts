import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberList } from './number-list.ts';
import { scanNumbers } from './scan-numbers.ts';

/** The numbers that were read and what was left. */
function scan(text: string): { values: number[]; rest: string } {
  const bytes = Buffer.from(`${text}\0`);
  const list = new NumberList(1);
  const at = scanNumbers(bytes, 0, list);
  return { values: [...list.values.subarray(0, list.length)], rest: text.slice(at) };
}

it('reads numbers up to the one without a comma', () => {
  expect(scan('1, -2.5 ,3')).toEqual({ values: [1], rest: ' -2.5 ,3' });
  expect(scan('1,\n\t-2.5,-0,3]')).toEqual({ values: [1, -2.5, -0], rest: '3]' });
});

it.each(['1e5,2', '1234567890,2', 'NaN,2', '1.,-', ',', '', '1.1234567890123456789,2'])(
  'leaves %s to others',
  (text) => {
    const { values, rest } = scan(text);
    expect(values.length === 0 ? rest : values).toEqual(values.length === 0 ? text : [1]);
  },
);

it('rounds every decimal to the nearest double, or does not touch it', () => {
  const digits = (maxLength: number): fc.Arbitrary<string> =>
    fc.string({
      unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
      minLength: 1,
      maxLength,
    });
  const decimal = fc.tuple(digits(9), digits(18)).map(([whole, part]) => `${whole}.${part}`);
  const printed = fc.double({ min: 0, max: 1e8, noNaN: true }).map(String);
  const single = fc.integer({ min: 0, max: 2 ** 24 }).map((value) => String(value / 2 ** 13));
  const measured = fc.double({ min: 0.01, max: 5000, noNaN: true }).map(String);
  let readCount = 0;
  fc.assert(
    fc.property(fc.oneof(decimal, printed, single, measured), (text) => {
      const { values } = scan(`${text},`);
      if (values.length === 0) return;
      readCount++;
      expect(values[0]).toBe(Number(text));
    }),
    { numRuns: 20_000, seed: 1 },
  );
  expect(readCount).toBeGreaterThan(10_000);
});
