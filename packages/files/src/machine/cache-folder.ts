import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** What decides where the cache folder of a user is. */
export interface CacheEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * A folder of the per-user cache, which all checkouts share: `$LIMBER_CACHE_DIR/<name>`, else
 * `$XDG_CACHE_HOME/limber/<name>`, else `~/.cache/limber/<name>`, on Windows
 * `%LOCALAPPDATA%\limber\<name>`. Empty variables count as unset.
 *
 * @param platform - whose paths are made.
 */
export function cacheFolder(
  name: string,
  { env, home }: CacheEnvironment = { env: process.env, home: homedir() },
  platform: NodeJS.Platform = process.platform,
): string {
  const paths = platform === 'win32' ? win32 : posix;
  const own = env['LIMBER_CACHE_DIR'];
  if (own !== undefined && own !== '') return paths.resolve(own, name);
  const xdg = env['XDG_CACHE_HOME'];
  const local = platform === 'win32' ? env['LOCALAPPDATA'] : undefined;
  // The XDG specification says to ignore a path that is not absolute.
  const base = [xdg, local].find((path) => path !== undefined && paths.isAbsolute(path));
  return paths.join(base ?? paths.join(home, '.cache'), 'limber', name);
}
