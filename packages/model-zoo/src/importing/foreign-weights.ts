/** The tensors of a file that another framework wrote. Numbers are read one tensor at a time, when they are asked for. */
export interface ForeignWeights {
  /** Named in messages. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, ForeignTensor>;
  /** Closes the file. */
  readonly close: () => void;
}

/** One tensor of a {@link ForeignWeights}. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  /** The numbers as float32, row by row. */
  readonly read: () => Promise<Float32Array>;
}
