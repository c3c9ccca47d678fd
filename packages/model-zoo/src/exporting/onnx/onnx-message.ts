import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** An attribute of an operation. */
export type OnnxAttribute = number | string | readonly number[];

/** An operation: inputs and outputs are names of values. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** An input or output of the graph; a side is a name where it is free. */
export interface OnnxValue {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly (number | string)[];
}

/** A whole file. */
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Text by text; runtimes show it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The operators of ONNX 1.12 (2022), which every runtime since then reads. */
const onnxOpset = 17;
/** The file format of ONNX 1.12. */
const irVersion = 8;

/** Field numbers of ONNX's `onnx.proto3`, as far as they are written here. */
const model = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8, metadata: 14 } as const;
const opset = { version: 2 } as const;
const entry = { key: 1, value: 2 } as const;
const graph = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const node = { input: 1, output: 2, name: 3, type: 4, attribute: 5 } as const;
const attribute = { name: 1, int: 3, string: 4, ints: 8, type: 20 } as const;
const attributeTypes = { int: 2, string: 3, ints: 7 } as const;
const tensor = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const;
const dataTypes = { float32: 1, uint8: 2, int64: 7 } as const;
const valueInfo = { name: 1, type: 2 } as const;
const typeProto = { tensorType: 1 } as const;
const tensorType = { elementType: 1, shape: 2 } as const;
const shapeProto = { dim: 1 } as const;
const dimension = { value: 1, parameter: 2 } as const;

/** The bytes of an ONNX file. */
export function encodeOnnx(content: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(model.irVersion, WireType.Varint).int64(irVersion);
  text(writer, model.producerName, 'limber');
  message(writer, model.graph, () => {
    for (const one of content.nodes) message(writer, graph.node, () => writeNode(writer, one));
    text(writer, graph.name, content.name);
    for (const one of content.constants) {
      message(writer, graph.initializer, () => writeTensor(writer, one));
    }
    for (const one of content.inputs) message(writer, graph.input, () => writeValue(writer, one));
    for (const one of content.outputs) message(writer, graph.output, () => writeValue(writer, one));
  });
  message(writer, model.opsetImport, () => {
    writer.tag(opset.version, WireType.Varint).int64(onnxOpset);
  });
  for (const [key, value] of Object.entries(content.metadata)) {
    message(writer, model.metadata, () => {
      text(writer, entry.key, key);
      text(writer, entry.value, value);
    });
  }
  return writer.finish();
}

function writeNode(writer: BinaryWriter, { type, inputs, outputs, attributes }: OnnxNode): void {
  for (const name of inputs) text(writer, node.input, name);
  for (const name of outputs) text(writer, node.output, name);
  text(writer, node.name, `${outputs[0]!}:${type}`);
  text(writer, node.type, type);
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, node.attribute, () => writeAttribute(writer, name, value));
  }
}

/** Whole numbers are ints: no operation written here has a float attribute. */
function writeAttribute(writer: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(writer, attribute.name, name);
  const type = typeof value === 'string' ? 'string' : typeof value === 'number' ? 'int' : 'ints';
  if (typeof value === 'string') text(writer, attribute.string, value);
  else if (typeof value === 'number') writer.tag(attribute.int, WireType.Varint).int64(value);
  else for (const one of value) writer.tag(attribute.ints, WireType.Varint).int64(one);
  writer.tag(attribute.type, WireType.Varint).int32(attributeTypes[type]);
}

function writeTensor(writer: BinaryWriter, { name, shape, data }: OnnxTensor): void {
  for (const side of shape) writer.tag(tensor.dims, WireType.Varint).int64(side);
  const type = data instanceof Float32Array ? dataTypes.float32 : dataTypes.int64;
  writer.tag(tensor.dataType, WireType.Varint).int32(type);
  text(writer, tensor.name, name);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  writer.tag(tensor.rawData, WireType.LengthDelimited).bytes(bytes);
}

function writeValue(writer: BinaryWriter, { name, type, shape }: OnnxValue): void {
  text(writer, valueInfo.name, name);
  message(writer, valueInfo.type, () => {
    message(writer, typeProto.tensorType, () => {
      writer.tag(tensorType.elementType, WireType.Varint).int32(dataTypes[type]);
      message(writer, tensorType.shape, () => {
        for (const side of shape) message(writer, shapeProto.dim, () => writeSide(writer, side));
      });
    });
  });
}

function writeSide(writer: BinaryWriter, side: number | string): void {
  if (typeof side === 'string') text(writer, dimension.parameter, side);
  else writer.tag(dimension.value, WireType.Varint).int64(side);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}
