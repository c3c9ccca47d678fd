import { open } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { cannotBeRead, LimberError } from '@limber/files';
import yauzl from 'yauzl';

/** The zip file that `torch.save` writes: a pickle, and the numbers of each storage as an entry of their own. */
export interface TorchArchive {
  readonly file: string;
  readonly pickle: Buffer;
  /** How many bytes a storage has; undefined where there is none of this key. */
  readonly storageSize: (key: string) => number | undefined;
  /** The bytes of a storage that exists. */
  readonly readStorage: (key: string) => Promise<Buffer>;
  readonly close: () => void;
}

/** More entries than any model has tensors. */
const mostEntries = 100_000;
/** A pickle only names its tensors; the largest models have some 100 kB. */
const largestPickleBytes = 64 * 2 ** 20;
/** Zip's number for data that is not compressed, the only kind that `torch.save` writes. */
const stored = 0;

/** How an archive of zip begins, and how the format of `torch.save` before PyTorch 1.6 does. */
const zipMagic = Buffer.from('PK\x03\x04', 'latin1');
const legacyMagic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');

/**
 * Opens a `.pth` or `.pt` file. Nothing is unpacked to the disk, and no entry may be compressed, so that no read is
 * larger than the file.
 *
 * @throws {LimberError} `missing-file`; `corrupt-data` if it is not such a file, is cut, or is not what `torch.save` writes.
 */
export async function openTorchArchive(file: string): Promise<TorchArchive> {
  await checkMagic(file);
  const zip = await openZip(file);
  try {
    const entries = await readEntries(zip, file);
    const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickleName === undefined) {
      return fail(file, { what: 'not a checkpoint of torch.save', expected: 'a data.pkl in it' });
    }
    const folder = pickleName.slice(0, -'data.pkl'.length);
    const read = (name: string): Promise<Buffer> => readEntry(zip, entries.get(name)!, file);
    await checkKind(file, { folder, entries, read });
    const pickleBytes = entries.get(pickleName)!.uncompressedSize;
    if (pickleBytes > largestPickleBytes) {
      const expected = `${largestPickleBytes} bytes or fewer`;
      fail(file, { what: `${pickleName} is too large`, expected, got: `${pickleBytes}` });
    }
    return {
      file,
      pickle: await read(pickleName),
      storageSize: (key) => entries.get(`${folder}data/${key}`)?.uncompressedSize,
      readStorage: (key) => read(`${folder}data/${key}`),
      close: () => {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function checkMagic(file: string): Promise<void> {
  const start = Buffer.alloc(16);
  try {
    const handle = await open(file);
    try {
      await handle.read(start, 0, start.length, 0);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw cannotBeRead(file, cause);
  }
  if (start.subarray(0, zipMagic.length).equals(zipMagic)) return;
  const isLegacy = start.includes(legacyMagic);
  fail(file, {
    what: isLegacy ? 'written in the format of PyTorch before 1.6' : 'not a file of torch.save',
    expected: 'a zip file',
    fix: isLegacy
      ? "Save it again with a newer one: torch.save(torch.load('old.pth', map_location='cpu', weights_only=True), 'new.pth')."
      : 'Is it a .safetensors file, or was the download cut?',
  });
}

async function openZip(file: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
  } catch (cause) {
    return failToUnpack(file, cause);
  }
}

async function readEntries(zip: yauzl.ZipFile, file: string): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > mostEntries) {
    const expected = `${mostEntries} entries or fewer`;
    fail(file, { what: 'too many entries', expected, got: `${zip.entryCount}` });
  }
  const entries = new Map<string, yauzl.Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      checkEntry(file, entry);
      if (entries.has(entry.fileName)) fail(file, { what: `two entries "${entry.fileName}"` });
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    if (cause instanceof LimberError) throw cause;
    failToUnpack(file, cause);
  }
  return entries;
}

function checkEntry(file: string, entry: yauzl.Entry): void {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (compressionMethod === stored && compressedSize === uncompressedSize) return;
  fail(file, {
    what: `entry "${fileName}" is compressed, which torch.save never does`,
    expected: `${compressedSize} bytes as they are`,
    got: `${uncompressedSize} bytes by compression method ${compressionMethod}`,
    fix: 'Save it again with torch.save.',
  });
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, file: string): Promise<Buffer> {
  // the sizes of the directory were written by whoever made the file; the file's own size was not
  if (entry.uncompressedSize > zip.fileSize) {
    const got = `${entry.uncompressedSize}`;
    const expected = `at most the file's ${zip.fileSize} bytes`;
    fail(file, { what: `entry "${entry.fileName}" is larger than the file`, expected, got });
  }
  const bytes = await zip
    .openReadStreamPromise(entry)
    .then(buffer)
    .catch((cause: unknown) => failToUnpack(file, cause));
  if (crc32(bytes) === entry.crc32) return bytes;
  const what = `entry "${entry.fileName}" is damaged: its checksum is another`;
  return fail(file, { what, fix: 'Was the download cut?' });
}

interface ArchiveContent {
  readonly folder: string;
  readonly entries: ReadonlyMap<string, yauzl.Entry>;
  readonly read: (name: string) => Promise<Buffer>;
}

async function checkKind(file: string, { folder, entries, read }: ArchiveContent): Promise<void> {
  if (entries.has(`${folder}constants.pkl`)) {
    fail(file, {
      what: 'a TorchScript program, not a checkpoint',
      fix: "Save the weights alone: torch.save(torch.jit.load('model.pt').state_dict(), 'weights.pth').",
    });
  }
  const order = `${folder}byteorder`;
  if (!entries.has(order)) return;
  const got = String(await read(order));
  if (got !== 'little') fail(file, { what: 'another byte order', expected: 'little', got });
}

interface Fault {
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix?: string;
}

function fail(file: string, fault: Fault): never {
  throw new LimberError('corrupt-data', { where: file, ...fault });
}

function failToUnpack(file: string, cause: unknown): never {
  const what = `cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`;
  const fix = 'Was the download cut?';
  throw new LimberError('corrupt-data', { where: file, what, fix }, { cause });
}
