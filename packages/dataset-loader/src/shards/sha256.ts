import { createHash } from 'node:crypto';

/** The sha256 of some bytes, one after the other, in hexadecimal. */
export function sha256Of(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
