import { posix } from 'node:path';
import { LimberError } from '@limber/files';

/**
 * Checks that the name of an image leads below the folder of images, on any system.
 *
 * @param where - the place of the name, for the message.
 * @throws {LimberError} `invalid-annotations` for an absolute path, or one that leads out of the folder.
 */
export function refuseOutside(name: string, where: string): void {
  const path = posix.normalize(name.replaceAll('\\', '/'));
  if (!/^(\/|[A-Za-z]:|\.\.(\/|$))/.test(path)) return;
  throw new LimberError('invalid-annotations', {
    where,
    what: 'outside the folder of images',
    expected: 'a path below it',
    got: `"${name}"`,
  });
}
