import crc32c from 'crc-32/crc32c.js';

/**
 * Frames one event as TensorBoard's files have it: u64 length, masked CRC-32C of the length, the bytes, masked CRC-32C of the
 * bytes; all little-endian.
 *
 * @see TensorFlow's `record_writer.h`.
 */
export function encodeRecord(bytes: Uint8Array): Buffer {
  const frame = Buffer.alloc(12 + bytes.length + 4);
  frame.writeBigUInt64LE(BigInt(bytes.length), 0);
  frame.writeUInt32LE(maskedCrc(frame.subarray(0, 8)), 8);
  frame.set(bytes, 12);
  frame.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length);
  return frame;
}

/** A CRC of bytes that hold CRCs of their own would be weak: it is turned by 15 bits and moved. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
