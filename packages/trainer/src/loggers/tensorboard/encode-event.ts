import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { LoggedImage } from '../logger.ts';
import type { Histogram } from './histogram.ts';

/** One value of an event. */
export type SummaryValue =
  | { readonly type: 'scalar'; readonly tag: string; readonly value: number }
  | { readonly type: 'image'; readonly tag: string; readonly image: LoggedImage }
  | { readonly type: 'histogram'; readonly tag: string; readonly histogram: Histogram };

/** Field numbers of TensorFlow's `event.proto` and `summary.proto`, as far as they are written here. */
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const summary = { value: 1 } as const;
const value = { tag: 1, simpleValue: 2, image: 4, histogram: 5 } as const;
const image = { height: 1, width: 2, colorspace: 3, encodedImage: 4 } as const;
const histogram = { min: 1, max: 2, num: 3, sum: 4, sumSquares: 5, limits: 6, buckets: 7 } as const;

const rgb = 3;

/** The first event of a file, which says that it is one. */
export function encodeFileVersion(wallTimeSeconds: number): Uint8Array {
  return writeWallTime(wallTimeSeconds)
    .tag(event.fileVersion, WireType.LengthDelimited)
    .string('brain.Event:2')
    .finish();
}

/** An event with values at a step. */
export function encodeEvent(
  wallTimeSeconds: number,
  step: number,
  values: readonly SummaryValue[],
): Uint8Array {
  const writer = writeWallTime(wallTimeSeconds).tag(event.step, WireType.Varint).int64(step);
  writer.tag(event.summary, WireType.LengthDelimited).fork();
  for (const one of values) {
    writer.tag(summary.value, WireType.LengthDelimited).fork();
    writeValue(writer, one);
    writer.join();
  }
  return writer.join().finish();
}

function writeWallTime(seconds: number): BinaryWriter {
  return new BinaryWriter().tag(event.wallTime, WireType.Bit64).double(seconds);
}

function writeValue(writer: BinaryWriter, one: SummaryValue): void {
  writer.tag(value.tag, WireType.LengthDelimited).string(one.tag);
  switch (one.type) {
    case 'scalar':
      writer.tag(value.simpleValue, WireType.Bit32).float(one.value);
      return;
    case 'image':
      writer.tag(value.image, WireType.LengthDelimited).fork();
      writer.tag(image.height, WireType.Varint).int32(one.image.height);
      writer.tag(image.width, WireType.Varint).int32(one.image.width);
      writer.tag(image.colorspace, WireType.Varint).int32(rgb);
      writer.tag(image.encodedImage, WireType.LengthDelimited).bytes(one.image.png);
      writer.join();
      return;
    case 'histogram':
      writer.tag(value.histogram, WireType.LengthDelimited).fork();
      writeHistogram(writer, one.histogram);
      writer.join();
  }
}

function writeHistogram(writer: BinaryWriter, counts: Histogram): void {
  writer.tag(histogram.min, WireType.Bit64).double(counts.min);
  writer.tag(histogram.max, WireType.Bit64).double(counts.max);
  writer.tag(histogram.num, WireType.Bit64).double(counts.count);
  writer.tag(histogram.sum, WireType.Bit64).double(counts.sum);
  writer.tag(histogram.sumSquares, WireType.Bit64).double(counts.sumSquares);
  for (const [field, numbers] of [
    [histogram.limits, counts.limits],
    [histogram.buckets, counts.buckets],
  ] as const) {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const number of numbers) writer.double(number);
    writer.join();
  }
}
