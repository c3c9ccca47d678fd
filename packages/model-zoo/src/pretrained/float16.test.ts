import { expect, test } from 'vitest';
import { float16ToFloat32 } from './float16.ts';

test('half precision is read as IEEE 754 has it', () => {
  // sign, exponent and fraction of the examples in IEEE 754-2008, table 3.5
  const bits = [0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0xfc00];
  const values = [
    0,
    -0,
    1,
    -2,
    0.333251953125,
    65504,
    2 ** -24,
    1023 * 2 ** -24,
    Infinity,
    -Infinity,
  ];
  expect([...float16ToFloat32(Uint16Array.from(bits).buffer)]).toEqual(values);
  expect(float16ToFloat32(Uint16Array.of(0x7e00).buffer)[0]).toBeNaN();
});
