/** A field of a protocol buffer message: a number for varints and fixed widths, a Buffer for the rest. */
type Field = readonly [number: number, value: unknown];

/** One value of an event, with the fields that its kind has. */
export interface ReadValue {
  readonly tag: string;
  readonly scalar?: number;
  readonly image?: { readonly height: number; readonly width: number; readonly png: Buffer };
  readonly histogram?: {
    readonly min: number;
    readonly max: number;
    readonly count: number;
    readonly sum: number;
    readonly limits: readonly number[];
    readonly buckets: readonly number[];
  };
}

/** An event of a TensorBoard file. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version?: string;
  readonly values: readonly ReadValue[];
}

/** Reads an event file without the code that wrote it: framing, checksums and messages by hand, from their descriptions. */
export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const body = file.subarray(at + 12, at + 12 + length);
    checkCrc(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    checkCrc(body, file.readUInt32LE(at + 12 + length));
    events.push(toEvent(fieldsOf(body)));
    at += 16 + length;
  }
  return events;
}

function toEvent(fields: readonly Field[]): ReadEvent {
  const version = textOf(fields, 3);
  return {
    wallTime: numberOf(fields, 1),
    step: numberOf(fields, 2),
    ...(version === undefined ? {} : { version }),
    values: messagesOf(fields, 5).flatMap((summary) => messagesOf(summary, 1).map(toValue)),
  };
}

function toValue(fields: readonly Field[]): ReadValue {
  const tag = textOf(fields, 1)!;
  const [image] = messagesOf(fields, 4);
  if (image !== undefined) {
    const png = image.find(([number]) => number === 4)![1] as Buffer;
    return { tag, image: { height: numberOf(image, 1), width: numberOf(image, 2), png } };
  }
  const [histogram] = messagesOf(fields, 5);
  if (histogram === undefined) return { tag, scalar: numberOf(fields, 2) };
  const doubles = (number: number): number[] => {
    const packed = histogram.find(([field]) => field === number)![1] as Buffer;
    return Array.from({ length: packed.length / 8 }, (_, at) => packed.readDoubleLE(at * 8));
  };
  return {
    tag,
    histogram: {
      min: numberOf(histogram, 1),
      max: numberOf(histogram, 2),
      count: numberOf(histogram, 3),
      sum: numberOf(histogram, 4),
      limits: doubles(6),
      buckets: doubles(7),
    },
  };
}

function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        fields.push([number, varint()]);
        break;
      case 1:
        fields.push([number, bytes.readDoubleLE(at)]);
        at += 8;
        break;
      case 2: {
        const length = varint();
        fields.push([number, bytes.subarray(at, at + length)]);
        at += length;
        break;
      }
      case 5:
        fields.push([number, bytes.readFloatLE(at)]);
        at += 4;
        break;
      default:
        throw new Error(`wire type ${key % 8} at byte ${at}`);
    }
  }
  return fields;
}

function numberOf(fields: readonly Field[], number: number): number {
  return (fields.find(([field]) => field === number)?.[1] as number | undefined) ?? 0;
}

function textOf(fields: readonly Field[], number: number): string | undefined {
  const found = fields.find(([field]) => field === number);
  return found === undefined ? undefined : (found[1] as Buffer).toString();
}

function messagesOf(fields: readonly Field[], number: number): Field[][] {
  return fields
    .filter(([field, value]) => field === number && typeof value !== 'number')
    .map(([, value]) => fieldsOf(value as Buffer));
}

/** CRC-32C bit by bit: reflected polynomial 0x82f63b78. */
function checkCrc(bytes: Buffer, masked: number): void {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  crc = ~crc >>> 0;
  const expected = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (expected !== masked) throw new Error(`checksum ${masked}, expected ${expected}`);
}
