import type { ZodType } from 'zod';
import { z } from 'zod';

const digits = '64 lower-case hexadecimal digits';

/** A sha256 as the names of artifacts and working folders have it. */
export const sha256Schema: ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, `expected ${digits}`);

/** The name of an object: the sha256 of its content, and `.x` behind it if it can be executed. */
export const objectNameSchema: ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}(\.x)?$/, `expected ${digits}, and .x for an executable`);

const executable = '.x';

/** Whether somebody may execute a file, by its mode. */
export function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
}

/** The name of an object: see {@link objectNameSchema}. */
export function objectNameOf(sha256: string, canExecute: boolean): string {
  return canExecute ? `${sha256}${executable}` : sha256;
}

/** The sha256 of an object's content, and whether it can be executed, from its name. */
export function parseObjectName(name: string): {
  readonly sha256: string;
  readonly canExecute: boolean;
} {
  return { sha256: name.replace(executable, ''), canExecute: name.endsWith(executable) };
}

/** The name of one file or folder. */
export const fileNameSchema: ZodType<string> = z
  .string()
  .refine((name) => isStorablePath(name) && !name.includes('/'), 'expected the name of one file');

/** No system keeps longer paths, or longer names of one file, in UTF-8. */
const maxPathLength = 3000;
const maxNameBytes = 255;

/** Empty, `.` and `..` between slashes, a drive, NUL, a backslash, or half a character. */
const unsafe = /(^|\/)\.{0,2}(\/|$)|^[A-Za-z]:|[\0\\\p{Surrogate}]/u;

/**
 * Whether a path may be in the store: relative, `/`-separated, inside its folder, and the same file on
 * every system.
 */
export function isStorablePath(path: string): boolean {
  if (path.length > maxPathLength || unsafe.test(path)) return false;
  if (path.length * 3 <= maxNameBytes) return true;
  return path.split('/').every((name) => Buffer.byteLength(name) <= maxNameBytes);
}
