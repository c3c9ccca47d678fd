import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { LimberError } from '@limber/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTorchWeights } from './read-torch-weights.ts';
import type { ZipEntry } from './torch-file.suite.ts';
import { pickle, tensorPickle, text, writeTorchFile, writeZip } from './torch-file.suite.ts';

// Made by fixtures/how-made.py with PyTorch 2.13.0.
const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-torch-'));
  file = join(folder, 'x.pth');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const nothingExecuted =
  "Nothing in it was executed. Save the weights alone: torch.save(model.state_dict(), 'weights.pth').";

async function messageOf(path: string): Promise<string> {
  const error: unknown = await readTorchWeights(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LimberError);
  return (error as LimberError).message.replace(`${path}: `, '');
}

async function valuesOf(path: string): Promise<Record<string, [number[], number[]]>> {
  const { tensors, close } = await readTorchWeights(path);
  const values: Record<string, [number[], number[]]> = {};
  for (const [name, { shape, read }] of tensors) values[name] = [[...shape], [...(await read())]];
  close();
  return values;
}

describe('files of PyTorch', () => {
  test('tensors of every dtype, view and kind come out as float32', async () => {
    const row = (from: number, step: number, count: number): number[] =>
      Array.from({ length: count }, (_, at) => from + at * step);
    expect(await valuesOf(fixture('tensors.pth'))).toEqual({
      plain: [[2, 3], row(0, 1, 6)],
      transposed: [[6, 4], row(0, 1, 6).flatMap((first) => row(first, 6, 4))],
      shared_start: [[4], row(0, 1, 4)],
      shared_end: [[4], row(20, 1, 4)],
      every_other: [[12], row(0, 2, 12)],
      scalar: [[], [2.5]],
      empty: [[0, 3], []],
      parameter: [[2], [1, -1]],
      half: [[3], [1, -0.5, 65504]],
      bfloat16: [[3], [1, -0.5, 3.140625]],
      double: [[1], [Math.fround(0.1)]],
      long: [[2], [7, -7]],
      flags: [[2], [1, 0]],
    });
  });

  test('weights beside meta and an optimizer are found, and numpy in meta is passed over', async () => {
    expect(await valuesOf(fixture('nested.pth'))).toEqual({ weight: [[2], [1, 2]] });
  });

  test('the format before PyTorch 1.6 is refused with what to do', async () => {
    expect(await messageOf(fixture('before-1.6.pth'))).toBe(
      'written in the format of PyTorch before 1.6: expected a zip file. Save it again with a newer one: ' +
        "torch.save(torch.load('old.pth', map_location='cpu', weights_only=True), 'new.pth').",
    );
  });

  test('a checkpoint that would run a command is refused, and the command does not run', async () => {
    expect(await messageOf(fixture('malicious.pth'))).toBe(
      'data.pkl: byte 260 asks for more than a checkpoint needs: expected tensors, dicts, lists, tuples, ' +
        `strings, numbers, got posix.system. ${nothingExecuted}`,
    );
  });

  test('a flipped bit in the numbers is found when they are read', async () => {
    const bytes = await readFile(fixture('nested.pth'));
    const at = bytes.indexOf(Buffer.from(Float32Array.of(1, 2).buffer));
    bytes[at]! ^= 1;
    await writeFile(file, bytes);
    await expect(valuesOf(file)).rejects.toThrow(
      `${file}: entry "nested/data/0" is damaged: its checksum is another. Was the download cut?`,
    );
  });

  test('cut anywhere, it is refused', async () => {
    const bytes = await readFile(fixture('nested.pth'));
    for (let length = 0; length < bytes.length; length += 37) {
      await writeFile(file, bytes.subarray(0, length));
      await expect(readTorchWeights(file)).rejects.toThrow(LimberError);
    }
    await writeFile(file, bytes.subarray(0, bytes.length - 1));
    expect(await messageOf(file)).toMatch(/^cannot be unpacked: .* Was the download cut\?$/);
  });
});

describe('a pickle that asks for more than tensors', () => {
  const refused = (byte: number, got: string): string =>
    `data.pkl: byte ${byte} asks for more than a checkpoint needs: expected tensors, dicts, lists, tuples, ` +
    `strings, numbers, got ${got}. ${nothingExecuted}`;
  const unreadable = (byte: number, what: string): string =>
    `data.pkl: not a readable pickle (byte ${byte}): ${what}. ${nothingExecuted}`;
  const storage = tensorPickle({ shape: [1], data: new Float32Array(1) }, 0);

  test.each<[string, string, string]>([
    ['os.system', 'cos\nsystem\n', refused(13, 'os.system')],
    ['eval', 'cbuiltins\neval\n', refused(17, 'builtins.eval')],
    [
      'eval by STACK_GLOBAL',
      `${text('builtins')}${text('eval')}\x93`,
      refused(25, 'builtins.eval'),
    ],
    ['a call by INST', '(ios\nsystem\n', refused(4, 'the opcode INST')],
    ['a call by OBJ', '(cos\nsystem\no', refused(14, 'os.system')],
    ['NEWOBJ_EX', ')))\x92', refused(6, 'the opcode NEWOBJ_EX')],
    ['a registered extension', '\x82\x01', refused(3, 'the opcode EXT1')],
    ['a persistent id of text', 'P0\n', refused(3, 'the opcode PERSID')],
    ['no opcode at all', '\xff', refused(3, 'no opcode (byte 0xff)')],
    [
      'a call of a storage',
      `ctorch\nFloatStorage\n)R`,
      unreadable(24, 'a call of torch.FloatStorage with arguments that it does not take'),
    ],
    [
      'a call of what was called',
      'ccollections\nOrderedDict\n)R)R',
      unreadable(31, 'a call of a dict with a tuple'),
    ],
    [
      'a persistent id of a wrong form',
      `${text('storage')}Q`,
      unreadable(15, 'a persistent id that names no tensor storage'),
    ],
    [
      'a storage with a path for a key',
      storage.replace(text('0'), text('../0')),
      unreadable(98, 'a persistent id that names no tensor storage'),
    ],
    ['deep nesting', '('.repeat(2000), unreadable(1003, 'values are nested more than 1000 deep')],
    ['a value that was never kept', 'h\x07', unreadable(4, 'nothing was kept under 7')],
    ['an empty stack', 'R', unreadable(3, 'a value is missing on the stack')],
    ['a mark that was never set', 't', unreadable(3, 'a mark is missing on the stack')],
    ['attributes of a number', 'K\x01}b', unreadable(6, 'attributes for a number')],
    [
      'a text longer than the file',
      'X\xff\xff\xff\xff',
      unreadable(7, 'it ends in the middle: 4294967295 bytes wanted at byte 7'),
    ],
    [
      'no state dict',
      ']',
      'not the weights of a model: expected a state dict, or a dict with one under "state_dict", got a list.',
    ],
    [
      'a tensor that is none',
      `}(${text('a')}${storage}${text('b')}K\x01u`,
      '"b": not the weights of a model: expected a tensor, got a number.',
    ],
  ])('%s is refused', async (_, opcodes, message) => {
    await writeZip(file, [
      { name: 'archive/data.pkl', data: pickle(opcodes) },
      { name: 'archive/data/0', data: new Uint8Array(4) },
    ]);
    expect(await messageOf(file)).toBe(message);
  });

  test('a memo bomb is read in no time, since nothing is walked', async () => {
    // each list holds the one before it twice: 2^60 lists for whoever walks them
    const lists = `]q\x00${'0](h\x00h\x00eq\x00'.repeat(60)}`;
    const tensor = tensorPickle({ shape: [1], data: new Float32Array(1) }, 0);
    await writeZip(file, [
      {
        name: 'archive/data.pkl',
        data: pickle(`}(${text('meta')}${lists}${text('state_dict')}}(${text('w')}${tensor}uu`),
      },
      { name: 'archive/data/0', data: new Uint8Array(4) },
    ]);
    const { tensors, close } = await readTorchWeights(file);
    expect([...tensors.keys()]).toEqual(['w']);
    close();
  });
});

describe('an archive that is not what torch.save writes', () => {
  const good: ZipEntry = { name: 'archive/data.pkl', data: pickle('}') };
  const zeros = new Uint8Array(100_000_000);
  const bomb = deflateRawSync(zeros);

  test.each<[string, readonly ZipEntry[], string]>([
    [
      'a zip bomb',
      [
        good,
        {
          name: 'archive/data/0',
          data: bomb,
          method: 8,
          uncompressedSize: zeros.length,
        },
      ],
      `entry "archive/data/0" is compressed, which torch.save never does: expected ${bomb.length} bytes as they are, ` +
        'got 100000000 bytes by compression method 8. Save it again with torch.save.',
    ],
    [
      'a size that is a lie',
      [{ ...good, uncompressedSize: 4_000_000_000 }],
      'cannot be unpacked: compressed/uncompressed size mismatch for stored file: 4 != 4000000000. Was the download cut?',
    ],
    [
      'a path out of the folder',
      [{ name: '../archive/data.pkl', data: good.data }],
      'cannot be unpacked: invalid relative path: ../archive/data.pkl. Was the download cut?',
    ],
    [
      'an absolute path',
      [{ name: '/etc/passwd', data: good.data }],
      'cannot be unpacked: absolute path: /etc/passwd. Was the download cut?',
    ],
    ['two entries of one name', [good, good], 'two entries "archive/data.pkl".'],
    [
      'another byte order',
      [good, { name: 'archive/byteorder', data: Buffer.from('big') }],
      'another byte order: expected little, got big.',
    ],
    [
      'no pickle',
      [{ name: 'word/document.xml', data: new Uint8Array(3) }],
      'not a checkpoint of torch.save: expected a data.pkl in it.',
    ],
    [
      'a TorchScript program',
      [good, { name: 'archive/constants.pkl', data: new Uint8Array(3) }],
      "a TorchScript program, not a checkpoint. Save the weights alone: torch.save(torch.jit.load('model.pt').state_dict(), 'weights.pth').",
    ],
  ])('%s is refused', async (_, entries, message) => {
    await writeZip(file, entries);
    expect(await messageOf(file)).toBe(message);
  });

  test('a file that is no zip file is refused', async () => {
    await writeFile(file, 'not found');
    expect(await messageOf(file)).toBe(
      'not a file of torch.save: expected a zip file. Is it a .safetensors file, or was the download cut?',
    );
  });
});

describe('a tensor that does not fit into its storage', () => {
  const data = new Float32Array(6);
  test.each([
    ['its shape', { shape: [7], data }, '7 F32 for [7] with strides [1] from 0'],
    [
      'its strides',
      { shape: [2, 3], strides: [4, 1], data },
      '7 F32 for [2, 3] with strides [4, 1] from 0',
    ],
    ['its offset', { shape: [2], offset: 5, data }, '7 F32 for [2] with strides [1] from 5'],
    [
      'a shape that only repeats',
      { shape: [1e6, 1e6], strides: [0, 0], data },
      '1000000000000 F32 for [1000000, 1000000] with strides [0, 0] from 0',
    ],
    [
      'a huge shape',
      { shape: [2 ** 52, 2 ** 52, 2 ** 52], strides: [1, 1, 1], data },
      '9.134385233318143e+46 F32 for [4503599627370496, 4503599627370496, 4503599627370496] with strides [1, 1, 1] from 0',
    ],
  ])('by %s is refused', async (_, tensor, expected) => {
    await writeTorchFile(file, { w: tensor });
    expect(await messageOf(file)).toBe(
      `tensor "w": not the weights of a model: expected a storage of ${expected}, got 24 bytes.`,
    );
  });
});
