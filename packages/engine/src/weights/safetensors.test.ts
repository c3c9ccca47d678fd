import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSafetensors, readSafetensors } from './read-safetensors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { TensorData } from './tensor-data.ts';
import { sizeOfShape } from './tensor-data.ts';
import { encodeSafetensors } from './write-safetensors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-safetensors-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const tensors: Record<string, TensorData> = {
  scalar: { dtype: 'F32', shape: [], data: Float32Array.of(2.5) },
  'head.final/kernel': {
    dtype: 'F32',
    shape: [2, 3],
    data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25),
  },
  'head.final/bias': { dtype: 'F32', shape: [3], data: Float32Array.of(-1.5, 1e-30, 3.25) },
};

// Made by the Python package safetensors 0.8.0 with NumPy 2.4.6: safetensors.numpy.save of the same tensors.
const golden =
  '6AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJ0ZiJ9LCJoZWFkLmZpbmFsL2JpYXMiOnsiZHR5cGUiOiJGMzIi' +
  'LCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOlswLDEyXX0sImhlYWQuZmluYWwva2VybmVsIjp7ImR0eXBlIjoiRjMyIiwi' +
  'c2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsxMiwzNl19LCJzY2FsYXIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10s' +
  'ImRhdGFfb2Zmc2V0cyI6WzM2LDQwXX19AADAv2BCog0AAFBAAAAAAAAAgD4AAAA/AABAPwAAgD8AAKA/AAAgQA==';

describe('encodeSafetensors', () => {
  test('gives the bytes that the Python package writes', () => {
    const bytes = Buffer.concat(encodeSafetensors(tensors, { format: 'tf' }));
    expect(bytes.toString('base64')).toBe(golden);
  });

  test('pads the header with spaces to a multiple of 8, as the format asks', () => {
    const data = Float32Array.of(1, 2);
    const [head] = encodeSafetensors({ abcd: { dtype: 'F32', shape: [2], data } });
    const text = '{"abcd":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(text.length % 8).toBe(1);
    expect(Buffer.from(head!).toString('latin1')).toBe(
      `\u0040\0\0\0\0\0\0\0${text}${' '.repeat(7)}`,
    );
  });

  test('refuses numbers that do not fill the shape', () => {
    const wrong: TensorData = { dtype: 'F32', shape: [2, 2], data: new Float32Array(3) };
    expect(() => encodeSafetensors({ w: wrong })).toThrow(
      'tensor "w": shape and data disagree: expected 4 numbers for [2, 2], got 3.',
    );
  });
});

describe('readSafetensors', () => {
  test('reads what the Python package wrote', async () => {
    const file = join(folder, 'a.safetensors');
    await writeFile(file, Buffer.from(golden, 'base64'));
    expect(await readSafetensors(file)).toEqual({ tensors, metadata: { format: 'tf' } });
  });

  test('its header is read without the rest', async () => {
    const file = join(folder, 'a.safetensors');
    await writeFile(file, Buffer.from(golden, 'base64'));
    expect(await readSafetensorsHeader(file)).toEqual({
      metadata: { format: 'tf' },
      tensors: [
        { name: 'head.final/bias', dtype: 'F32', shape: [3], start: 240, end: 252 },
        { name: 'head.final/kernel', dtype: 'F32', shape: [2, 3], start: 252, end: 276 },
        { name: 'scalar', dtype: 'F32', shape: [], start: 276, end: 280 },
      ],
    });
  });

  test('a missing file is named', async () => {
    const file = join(folder, 'none.safetensors');
    const message = `${file}: cannot be read: got no such file.`;
    await expect(readSafetensors(file)).rejects.toThrow(message);
    await expect(readSafetensorsHeader(file)).rejects.toThrow(message);
  });

  test('reading what was written gives the same tensors, whatever they are', () => {
    const tensor = fc
      .array(fc.nat(4), { maxLength: 4 })
      .chain((shape) =>
        fc
          .float32Array({ minLength: sizeOfShape(shape), maxLength: sizeOfShape(shape) })
          .map((data): TensorData => ({ dtype: 'F32', shape, data })),
      );
    const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name[0] !== '_');
    fc.assert(
      fc.property(fc.dictionary(names, tensor, { noNullPrototype: true }), (written) => {
        const bytes = Buffer.concat(encodeSafetensors(written));
        expect(decodeSafetensors(bytes, 'x').tensors).toEqual(written);
      }),
      { seed: 1 },
    );
  });
});

describe('a damaged file', () => {
  const whole = Buffer.from(golden, 'base64');
  const headerEnd = 240;

  test('cut anywhere is found, also when only the header is read', async () => {
    const file = join(folder, 'cut.safetensors');
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      expect(() => decodeSafetensors(cut, 'w')).toThrow(LimberError);
      await writeFile(file, cut);
      await expect(readSafetensorsHeader(file)).rejects.toThrow(LimberError);
    }
  });

  const edited = (from: string, to: string): Buffer => {
    const bytes = Buffer.from(whole);
    const text = bytes.toString('latin1', 8, headerEnd).replace(from, to);
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([head, Buffer.from(text, 'latin1'), bytes.subarray(headerEnd)]);
  };

  test.each<[string, Buffer, string]>([
    ['no header', whole.subarray(0, 4), 'no safetensors header: expected 8 bytes or more, got 4.'],
    [
      'a cut header',
      whole.subarray(0, 99),
      'the header is cut: expected 240 bytes or more, got 99.',
    ],
    [
      'a header of 100 MB',
      Buffer.from([1, 225, 245, 5, 0, 0, 0, 0]),
      'the header is too long: expected 100000000 bytes or fewer, got 100000001.',
    ],
    ['no JSON', edited('{', '<'), 'the header is not that of a safetensors file.'],
    [
      'a missing field',
      edited('"shape":[3],', ''),
      'the header is not that of a safetensors file.',
    ],
    [
      'another dtype',
      edited('F32', 'F8X'),
      'tensor "head.final/bias": a dtype that is not read: expected F32, F64, F16, BF16, I64, I32, I16, I8, U8, BOOL, got F8X.',
    ],
    [
      'a gap',
      edited('[12,36]', '[16,40]'),
      'tensor "head.final/kernel": a gap or overlap: expected data at 12, got 16.',
    ],
    [
      'an overlap',
      edited('[12,36]', '[8,32]'),
      'tensor "head.final/kernel": a gap or overlap: expected data at 12, got 8.',
    ],
    [
      'a wrong shape',
      edited('[2,3]', '[2,2]'),
      'tensor "head.final/kernel": wrong length: expected 16 bytes for [2, 2], got 24.',
    ],
    [
      'cut data',
      whole.subarray(0, 279),
      'tensor "scalar": the file is cut: expected 280 bytes, got 279.',
    ],
    [
      'more data',
      Buffer.concat([whole, Buffer.alloc(4)]),
      'bytes after the last tensor: expected 280 bytes, got 284.',
    ],
  ])('%s is told with the name of the file', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'w.safetensors')).toThrow(`w.safetensors: ${message}`);
  });
});
