/** How a tensor's numbers lie in a foreign file, by the names of safetensors. */
export const tensorDtypes = [
  'F64',
  'F32',
  'F16',
  'BF16',
  'I64',
  'I32',
  'I16',
  'I8',
  'U8',
  'BOOL',
] as const;

/** One of {@link tensorDtypes}. */
export type TensorDtype = (typeof tensorDtypes)[number];

/** Bytes of one number of a dtype. */
export function sizeOfDtype(dtype: TensorDtype): number {
  return dtypes[dtype].sizeBytes;
}

/**
 * Turns little-endian numbers of any dtype into float32.
 *
 * F16, BF16 and the small integers stay as they are; F64 and I64 are rounded to the nearest float32.
 *
 * @param bytes - a whole number of numbers.
 */
export function toFloat32(bytes: Uint8Array, dtype: TensorDtype): Float32Array {
  const { sizeBytes, read } = dtypes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength / sizeBytes);
  for (let at = 0; at < values.length; at++) values[at] = read(view, at * sizeBytes);
  return values;
}

interface Dtype {
  readonly sizeBytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

const dtypes: Readonly<Record<TensorDtype, Dtype>> = {
  F64: { sizeBytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  F32: { sizeBytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  F16: { sizeBytes: 2, read: (view, offset) => float16(view.getUint16(offset, true)) },
  BF16: { sizeBytes: 2, read: bfloat16 },
  I64: { sizeBytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  I32: { sizeBytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  I16: { sizeBytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  I8: { sizeBytes: 1, read: (view, offset) => view.getInt8(offset) },
  U8: { sizeBytes: 1, read: (view, offset) => view.getUint8(offset) },
  BOOL: { sizeBytes: 1, read: (view, offset) => view.getUint8(offset) },
};

/** The upper half of a float32. */
function bfloat16(view: DataView, offset: number): number {
  scratch.setUint32(0, view.getUint16(offset, true) << 16);
  return scratch.getFloat32(0);
}

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
