import { LimberError } from '@limber/files';
import type { TensorData } from './tensor-data.ts';
import { sizeOfShape } from './tensor-data.ts';
import { writeFileAtomic } from '@limber/files';

/**
 * Writes tensors as a safetensors file, which PyTorch, NumPy, JAX and Candle read as well.
 *
 * Tensors lie in the order of their names, so the same tensors give the same bytes. The file appears whole or not
 * at all.
 *
 * @param metadata - text by text, for the reader's information.
 * @throws {LimberError} `shape-mismatch` if a tensor's numbers do not fill its shape.
 */
export async function writeSafetensors(
  file: string,
  tensors: Readonly<Record<string, TensorData>>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(file, encodeSafetensors(tensors, metadata));
}

/** The data begins at a multiple of this, so that it can be mapped into memory. */
const alignmentBytes = 8;

/**
 * The bytes of a safetensors file, in parts: u64 length of the header, header, one part a tensor.
 *
 * @see The format's own description: 8 bytes, little-endian N; N bytes of JSON, which may end in spaces; the data.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorData>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array[] {
  const header: Record<string, unknown> = {};
  if (metadata !== undefined) header['__metadata__'] = metadata;
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { dtype, shape, data } = tensors[name]!;
    checkSize(name, shape, data);
    const end = offset + data.byteLength;
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(text.length / alignmentBytes) * alignmentBytes;
  const head = Buffer.alloc(8 + length, ' ');
  head.writeBigUInt64LE(BigInt(length), 0);
  text.copy(head, 8);
  return [head, ...parts];
}

function checkSize(name: string, shape: readonly number[], data: Float32Array): void {
  if (sizeOfShape(shape) === data.length) return;
  throw new LimberError('shape-mismatch', {
    where: `tensor "${name}"`,
    what: 'shape and data disagree',
    expected: `${sizeOfShape(shape)} numbers for [${shape.join(', ')}]`,
    got: `${data.length}`,
  });
}
