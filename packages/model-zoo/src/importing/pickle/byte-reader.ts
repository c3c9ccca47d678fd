/** Reads numbers and texts one after the other. Every read past the end calls `fail`. */
export class ByteReader {
  position = 0;
  readonly #bytes: Buffer;
  readonly #fail: (what: string) => never;

  constructor(bytes: Uint8Array, fail: (what: string) => never) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.#bytes.length) {
      return this.#fail(`it ends in the middle: ${length} bytes wanted at byte ${this.position}`);
    }
    const part = this.#bytes.subarray(this.position, end);
    this.position = end;
    return part;
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Big-endian, as pickle writes its floats. */
  float64(): number {
    return this.take(8).readDoubleBE();
  }

  text(length: number): string {
    return this.take(length).toString('utf8');
  }

  /** Up to a line feed, which is read and dropped. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) return this.#fail(`it ends in the middle of a line at byte ${this.position}`);
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  /** Two's complement, little-endian, of any length. */
  integer(length: number): number {
    let value = 0n;
    const bytes = this.take(length);
    for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!);
    return Number(BigInt.asIntN(Math.max(length, 1) * 8, value));
  }
}
