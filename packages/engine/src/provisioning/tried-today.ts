import { statSync } from 'node:fs';

const dayMs = 24 * 60 * 60 * 1000;

/** Whether something that a file tells of was tried less than a day ago, by the file's time. */
export function wasTriedToday(file: string): boolean {
  return Date.now() - statSync(file).mtimeMs < dayMs;
}
