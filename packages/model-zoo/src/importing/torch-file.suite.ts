import { writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** One entry of a zip file; by default the directory says the truth about it. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly uncompressedSize?: number;
}

/** Writes a zip file by hand, so that it can lie. */
export async function writeZip(file: string, entries: readonly ZipEntry[]): Promise<void> {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method = 0, uncompressedSize = data.length } of entries) {
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(uncompressedSize, 18);
    common.writeUInt16LE(path.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, path);
    local.push(entry);
    offset += entry.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  await writeFile(file, Buffer.concat([...local, listing, end]));
}

/** A tensor to be written. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Row by row by default. */
  readonly strides?: readonly number[];
  readonly offset?: number;
}

/** Writes a state dict as `torch.save` does: one float32 storage for each tensor. */
export async function writeTorchFile(
  file: string,
  tensors: Readonly<Record<string, WrittenTensor>>,
): Promise<void> {
  const entries = Object.entries(tensors);
  const items = entries.map(([name, tensor], key) => text(name) + tensorPickle(tensor, key));
  await writeZip(file, [
    { name: 'archive/data.pkl', data: pickle(`}(${items.join('')}u`) },
    ...entries.map(([, { data }], key) => ({
      name: `archive/data/${key}`,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
  ]);
}

/** A whole pickle of protocol 2 from opcodes, one character a byte. */
export function pickle(opcodes: string): Buffer {
  return Buffer.from(`\x80\x02${opcodes}.`, 'latin1');
}

/** The opcodes of a tensor in storage `key`. */
export function tensorPickle({ shape, data, ...view }: WrittenTensor, key: number): string {
  const { offset = 0 } = view;
  const strides =
    view.strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const id = `(${text('storage')}ctorch\nFloatStorage\n${text(`${key}`)}${text('cpu')}${whole(data.length)}tQ`;
  const tuple = (numbers: readonly number[]): string => `(${numbers.map(whole).join('')}t`;
  const builder = 'ctorch._utils\n_rebuild_tensor_v2\n';
  return `${builder}(${id}${whole(offset)}${tuple(shape)}${tuple(strides)}\x89NtR`;
}

export function text(value: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return `X${length.toString('latin1')}${value}`;
}

/** LONG1 of eight bytes. */
function whole(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return `\x8a\x08${bytes.toString('latin1')}`;
}
