import { crc32 } from 'node:zlib';
import type { Data, Schema } from 'apache-arrow';
import {
  makeData,
  FixedSizeList,
  LargeBinary,
  RecordBatch,
  Struct,
  Table,
  tableToIPC,
} from 'apache-arrow';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { rowsPerBatch } from './batch-layout.ts';

/**
 * The bytes of one shard: an Arrow IPC file of uncompressed record batches of {@link rowsPerBatch} rows.
 *
 * The same rows and schema give the same bytes.
 */
export function encodeShard(schema: Schema, rows: readonly KeypointRow[]): Uint8Array {
  const batches: RecordBatch[] = [];
  for (let start = 0; start < rows.length; start += rowsPerBatch) {
    batches.push(encodeBatch(schema, rows.slice(start, start + rowsPerBatch)));
  }
  return tableToIPC(new Table(schema, batches), 'file');
}

function encodeBatch(schema: Schema, rows: readonly KeypointRow[]): RecordBatch {
  const values: Record<string, ArrayLike<number> | BigInt64Array> = {
    annotation_id: BigInt64Array.from(rows, ({ annotationId }) => BigInt(annotationId)),
    image_id: BigInt64Array.from(rows, ({ imageId }) => BigInt(imageId)),
    image_width: Int32Array.from(rows, ({ imageSize }) => imageSize.width),
    image_height: Int32Array.from(rows, ({ imageSize }) => imageSize.height),
    bbox: Float64Array.from(rows.flatMap(({ bbox }) => bbox)),
    area: Float64Array.from(rows, ({ area }) => area),
    iscrowd: Int8Array.from(rows, ({ iscrowd }) => iscrowd),
    keypoints: Float32Array.from(rows.flatMap(({ keypoints }) => [...keypoints])),
    crop_to_image: Float64Array.from(rows.flatMap(({ cropToImage }) => cropToImage)),
    crop_width: Int32Array.from(rows, ({ cropSize }) => cropSize.width),
    crop_height: Int32Array.from(rows, ({ cropSize }) => cropSize.height),
    image_crc32: Uint32Array.from(rows, ({ image }) => crc32(image)),
  };
  const length = rows.length;
  const children = schema.fields.map(({ name, type }): Data => {
    if (type instanceof LargeBinary) return encodeImages(type, rows);
    if (!(type instanceof FixedSizeList)) {
      return makeData({ type, length, nullCount: 0, data: values[name] } as never);
    }
    const item = type.children[0]!.type;
    const items = { type: item, length: length * type.listSize, nullCount: 0, data: values[name] };
    return makeData({ type, length, nullCount: 0, child: makeData(items as never) });
  });
  const struct = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return new RecordBatch(schema, struct);
}

function encodeImages(type: LargeBinary, rows: readonly KeypointRow[]): Data<LargeBinary> {
  const valueOffsets = new BigInt64Array(rows.length + 1);
  for (const [at, { image }] of rows.entries()) {
    valueOffsets[at + 1] = valueOffsets[at]! + BigInt(image.length);
  }
  const data = Buffer.concat(rows.map(({ image }) => image));
  return makeData({ type, length: rows.length, nullCount: 0, valueOffsets, data });
}
