import { LimberError } from '@limber/files';
import { lengthBytes } from './safetensors-header.ts';
import type { NamedTensors, TensorData } from './tensor-data.ts';
import { sizeOfShape } from './tensor-data.ts';

/** The data begins at a multiple of this, so that it can be mapped into memory. */
const alignmentBytes = 8;

/**
 * The bytes of a safetensors file, which PyTorch, NumPy, JAX and Candle read as well.
 *
 * Tensors lie in the order of their names, so the same tensors give the same bytes.
 *
 * @param metadata - texts by name, for the reader's information.
 * @returns in parts: u64 length of the header and the header, then one part a tensor. They share memory with the tensors.
 * @throws {LimberError} `shape-mismatch` if a tensor's numbers do not fill its shape.
 * @see The format's own description: 8 bytes, little-endian N; N bytes of JSON, which may end in spaces; the data.
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array[] {
  const header: Record<string, unknown> = {};
  if (metadata !== undefined) header['__metadata__'] = metadata;
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { dtype, shape, data } = checkSize(name, tensors[name]!);
    const end = offset + data.byteLength;
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(text.length / alignmentBytes) * alignmentBytes;
  const head = Buffer.alloc(lengthBytes + length, ' ');
  head.writeBigUInt64LE(BigInt(length), 0);
  text.copy(head, lengthBytes);
  return [head, ...parts];
}

function checkSize(name: string, tensor: TensorData): TensorData {
  const size = sizeOfShape(tensor.shape);
  if (size === tensor.data.length) return tensor;
  throw new LimberError('shape-mismatch', {
    where: `tensor "${name}"`,
    what: 'shape and data disagree',
    expected: `${size} numbers for [${tensor.shape.join(', ')}]`,
    got: `${tensor.data.length}`,
  });
}
