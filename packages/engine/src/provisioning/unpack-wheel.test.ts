import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tensorflowLibraries } from './tensorflow-release.ts';
import { recordedHashes, unpackWheel } from './unpack-wheel.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'limber-wheel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const library = tensorflowLibraries(process.platform)[0]!;
const libraryEntry = `tensorflow/${library}`;
const headerEntry = 'tensorflow/include/tensorflow/c/c_api.h';

test('only the wanted files are unpacked, with their size and hash', async () => {
  const wheel = writeWheel({
    [libraryEntry]: 'library',
    [headerEntry]: 'header',
    'tensorflow/x.py': 'x',
  });
  const unpacked = await unpackWheel(wheel, join(folder, 'out'));
  expect(unpacked.metadata).toBe('Name: tensorflow\n');
  expect(unpacked.files).toEqual({
    [`lib/${library}`]: { sizeBytes: 7, sha256: sha256('library', 'hex') },
    'include/tensorflow/c/c_api.h': { sizeBytes: 6, sha256: sha256('header', 'hex') },
  });
  expect(readFileSync(join(folder, 'out/lib', library), 'utf8')).toBe('library');
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['include', 'lib']);
});

test('a selection leaves the rest alone, and progress ends at the total', async () => {
  const wheel = writeWheel({ [libraryEntry]: 'library', [headerEntry]: 'header' });
  const progress: unknown[] = [];
  const unpacked = await unpackWheel(wheel, join(folder, 'out'), {
    isWanted: (destination) => destination.startsWith('lib/'),
    onProgress: (event) => progress.push(event.amount),
  });
  expect(Object.keys(unpacked.files)).toEqual([`lib/${library}`]);
  expect(progress.at(-1)).toEqual({ done: 7, total: 7, unit: 'bytes' });
});

test('a file that is not what RECORD says is refused', async () => {
  const wheel = writeWheel({ [libraryEntry]: 'library' }, { [libraryEntry]: 'something else' });
  await expect(unpackWheel(wheel, join(folder, 'out'))).rejects.toThrow(
    `x.whl: ${libraryEntry} does not match the checksum in the wheel's RECORD. ` +
      "Remove the wheel from pip's cache (python3 -m pip cache purge) and run setup again.",
  );
});

test('unpacking several files stops with the reason of the signal, while they are read', async () => {
  const controller = new AbortController();
  const large = 'x'.repeat(1_000_000);
  const other = `tensorflow/${tensorflowLibraries(process.platform)[1]!}`;
  const wheel = writeWheel({ [libraryEntry]: large, [other]: large, [headerEntry]: large });
  const unpacked = unpackWheel(wheel, join(folder, 'out'), {
    onProgress: () => controller.abort(new Error('enough')),
    signal: controller.signal,
  });
  await expect(unpacked).rejects.toThrow('enough');
});

test('a file that is no archive is refused', async () => {
  const wheel = join(folder, 'x.whl');
  writeFileSync(wheel, 'not an archive, though long enough to look for a directory at its end');
  await expect(unpackWheel(wheel, join(folder, 'out'))).rejects.toMatchObject({
    code: 'invalid-wheel',
    message: expect.stringContaining('x.whl: could not be unpacked: ') as string,
  });
});

test('RECORD lines with quoted names are read, those without a hash are left out', () => {
  const record = 'a.py,sha256=AbC-_1,12\n"b,""c"".py",sha256=Zz,3\nx.dist-info/RECORD,,\n';
  expect([...recordedHashes(record)]).toEqual([
    ['a.py', 'AbC-_1'],
    ['b,"c".py', 'Zz'],
  ]);
});

function sha256(content: string, encoding: 'hex' | 'base64url'): string {
  return createHash('sha256').update(content).digest(encoding);
}

function writeWheel(
  files: Readonly<Record<string, string>>,
  recorded: Readonly<Record<string, string>> = files,
): string {
  const record = Object.entries(recorded)
    .map(([name, content]) => `${name},sha256=${sha256(content, 'base64url')},${content.length}`)
    .join('\n');
  const wheel = join(folder, 'x.whl');
  const info = 'tensorflow-2.21.0.dist-info';
  writeFileSync(
    wheel,
    storedZip({
      ...files,
      [`${info}/METADATA`]: 'Name: tensorflow\n',
      [`${info}/RECORD`]: record,
    }),
  );
  return wheel;
}

/** A zip archive whose entries are stored without compression. */
function storedZip(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const nameBytes = Buffer.from(name);
    const data = Buffer.from(content);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04_03_4b_50, 0);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(data.length, 22);
    header.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02_01_4b_50, 0);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(header, nameBytes, data);
    central.push(entry, nameBytes);
    offset += header.length + nameBytes.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}
