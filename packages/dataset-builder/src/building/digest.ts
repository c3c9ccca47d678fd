import { createHash } from 'node:crypto';

/** SHA-256 as hexadecimal digits. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of lines, each with its end. */
export function digestOfLines(lines: readonly string[]): string {
  return digestOf(lines.map((line) => `${line}\n`).join(''));
}
