/** Numbers of one tensor. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by name, outside of TensorFlow. */
export type NamedArrays = Readonly<Record<string, NamedArray>>;

/** Puts `prefix/` before every name. */
export function withPrefix(prefix: string, arrays: NamedArrays): NamedArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [`${prefix}/${name}`, array]),
  );
}

/** Those whose name starts with `prefix/`, without it. */
export function ofPrefix(prefix: string, arrays: NamedArrays): NamedArrays {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(start))
      .map(([name, array]) => [name.slice(start.length), array]),
  );
}
