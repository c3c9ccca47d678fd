import { describe, expect, test } from 'vitest';
import type { DtypeName } from './dtypes.ts';
import { dtypes } from './dtypes.ts';

// Made by PyTorch 2.13.0: torch.tensor(values, dtype=...).view(torch.uint8), in hexadecimal.
const golden: [DtypeName, string, number[]][] = [
  ['F32', '0000803f000000bff41c1e24', [1, -0.5, 3.4285314e-17]],
  ['F64', '182d4454fb210940', [Math.fround(Math.PI)]],
  [
    'F16',
    '003c00b80100007c00fcff7b00805535ff03',
    [1, -0.5, 2 ** -24, Infinity, -Infinity, 65504, -0, 0.333251953125, 1023 * 2 ** -24],
  ],
  ['BF16', '803f00bf4940807f', [1, -0.5, 3.140625, Infinity]],
  ['I64', 'ffffffffffffffff2a00000000000000', [-1, 42]],
  ['I32', 'feffffff', [-2]],
  ['I16', 'fdff', [-3]],
  ['I8', 'fc', [-4]],
  ['U8', 'fc', [252]],
  ['BOOL', '0100', [1, 0]],
];

describe('dtypes', () => {
  test.each(golden)('%s becomes float32', (name, hex, expected) => {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    expect([...dtypes[name].toFloat32(bytes.buffer)]).toEqual(expected.map(Math.fround));
  });

  test('a NaN of float16 stays one', () => {
    const nan = new Uint8Array([0x00, 0x7e]);
    expect([...dtypes.F16.toFloat32(nan.buffer)]).toEqual([Number.NaN]);
  });
});
