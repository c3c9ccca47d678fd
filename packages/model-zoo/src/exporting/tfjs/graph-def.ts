/** An attribute of an operation, in the JSON form of TensorFlow's `attr_value.proto`. */
export type GraphDefAttribute =
  | { readonly type: string }
  | { readonly s: string }
  | { readonly i: number }
  | { readonly b: boolean }
  | { readonly list: { readonly i?: readonly number[]; readonly s?: readonly string[] } }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } };

/** An operation in the JSON form of TensorFlow's `node_def.proto`. */
export interface GraphDefNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, GraphDefAttribute>>;
}

/** A constant that lies in the file of weights. */
export interface GraphDefWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

/** Text is base64, as everywhere in the JSON form of protocol buffers. */
export function textAttribute(text: string): GraphDefAttribute {
  return { s: base64(text) };
}

/** A list of texts. */
export function textsAttribute(texts: readonly string[]): GraphDefAttribute {
  return { list: { s: texts.map(base64) } };
}

/** A list of whole numbers. */
export function integersAttribute(numbers: readonly number[]): GraphDefAttribute {
  return { list: { i: numbers } };
}

/** A shape; -1 for a free side. */
export function shapeAttribute(shape: readonly number[]): GraphDefAttribute {
  return { shape: { dim: shape.map((size) => ({ size: `${size}` })) } };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
