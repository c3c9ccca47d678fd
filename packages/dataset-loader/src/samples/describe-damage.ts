const jpegStart = Buffer.from([0xff, 0xd8]);
/** The marker that a JPEG ends with. */
export const jpegEnd: Buffer = Buffer.from([0xff, 0xd9]);
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const pngEnd = Buffer.from('IEND', 'latin1');

/** A complete file may carry this many bytes after its end marker. */
const trailingBytes = 1024;

/**
 * Says what is wrong with an image that could not be decoded.
 *
 * The decoder's own message is no help here: libvips keeps one text for the whole process, so that another
 * image's success may wipe it out, and the same file would be described in different ways.
 */
export function describeDamage(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = `${buffer.length} bytes`;
  const startsWith = (start: Buffer): boolean => buffer.subarray(0, start.length).equals(start);
  const endsWith = (end: Buffer): boolean => buffer.subarray(-trailingBytes).includes(end);
  if (buffer.length === 0) return 'an empty file';
  if (startsWith(jpegStart)) {
    return endsWith(jpegEnd) ? `a damaged JPEG of ${size}` : `a JPEG that is cut after ${size}`;
  }
  if (startsWith(pngStart)) {
    return endsWith(pngEnd) ? `a damaged PNG of ${size}` : `a PNG that is cut after ${size}`;
  }
  return `${size} that cannot be decoded`;
}
