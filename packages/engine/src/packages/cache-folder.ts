import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What decides where the cache folder of a user is. */
export interface CacheEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * A folder of the per-user cache, which all checkouts share: `$LIMBER_CACHE_DIR/<name>`, else
 * `$XDG_CACHE_HOME/limber/<name>`, else `~/.cache/limber/<name>`. Empty variables count as unset.
 */
export function cacheFolder(
  name: string,
  { env, home }: CacheEnvironment = { env: process.env, home: homedir() },
): string {
  const own = env['LIMBER_CACHE_DIR'];
  if (own !== undefined && own !== '') return resolve(own, name);
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification says to ignore a path that is not absolute.
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.cache');
  return join(base, 'limber', name);
}
