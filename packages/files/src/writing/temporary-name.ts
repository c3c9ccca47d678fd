import { randomBytes } from 'node:crypto';

/** A name beside `path` that nothing else uses. It ends in `.tmp`. */
export function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}
