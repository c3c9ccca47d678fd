/** How the numbers of one dtype lie in a file, little-endian, and how they become float32. */
export interface Dtype {
  readonly bytesPerNumber: number;
  /** F64, I64 and I32 are rounded to the nearest float32; every other dtype fits. */
  readonly toFloat32: (bytes: ArrayBuffer) => Float32Array;
}

/** A dtype that is read, named as in safetensors. */
export type DtypeName =
  'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** All dtypes that are read. */
export const dtypes: Readonly<Record<DtypeName, Dtype>> = {
  F32: { bytesPerNumber: 4, toFloat32: (bytes) => new Float32Array(bytes) },
  F64: { bytesPerNumber: 8, toFloat32: (bytes) => new Float32Array(new Float64Array(bytes)) },
  F16: {
    bytesPerNumber: 2,
    toFloat32: (bytes) => Float32Array.from(new Uint16Array(bytes), fromFloat16),
  },
  BF16: { bytesPerNumber: 2, toFloat32: fromBfloat16 },
  I64: { bytesPerNumber: 8, toFloat32: fromInt64 },
  I32: { bytesPerNumber: 4, toFloat32: (bytes) => new Float32Array(new Int32Array(bytes)) },
  I16: { bytesPerNumber: 2, toFloat32: (bytes) => new Float32Array(new Int16Array(bytes)) },
  I8: { bytesPerNumber: 1, toFloat32: (bytes) => new Float32Array(new Int8Array(bytes)) },
  U8: { bytesPerNumber: 1, toFloat32: (bytes) => new Float32Array(new Uint8Array(bytes)) },
  BOOL: { bytesPerNumber: 1, toFloat32: (bytes) => new Float32Array(new Uint8Array(bytes)) },
};

function fromInt64(bytes: ArrayBuffer): Float32Array {
  const numbers = new BigInt64Array(bytes);
  const values = new Float32Array(numbers.length);
  for (const [at, number] of numbers.entries()) values[at] = Number(number);
  return values;
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(bytes: ArrayBuffer): Float32Array {
  const bits = Uint32Array.from(new Uint16Array(bytes), (half) => half * 2 ** 16);
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
