import { cacheFolder } from '@limber/files';
import type { AddonSource } from './addon-source.ts';
import type { Variant } from './tensorflow-release.ts';
import { napiVersion, tensorflowRelease } from './tensorflow-release.ts';

/** Raised when the folder's layout or the way the addon is compiled changes. */
const layoutVersion = 2;

/**
 * The per-user folder that holds every engine: `$LIMBER_CACHE_DIR/engine`, else
 * `$XDG_CACHE_HOME/limber/engine`, else `~/.cache/limber/engine`. Empty variables count as unset.
 */
export function enginesFolder(env: NodeJS.ProcessEnv, home: string): string {
  return cacheFolder('engine', { env, home });
}

/**
 * The name of one engine's folder. Everything that decides what is inside is in it: TensorFlow's
 * version and variant, the platform, the tfjs version, the N-API version and the addon's source.
 */
export function engineKey(
  source: Pick<AddonSource, 'tfjsVersion' | 'digest'>,
  variant: Variant,
  platform: { readonly platform: NodeJS.Platform; readonly arch: string },
): string {
  return [
    `tf${tensorflowRelease}`,
    variant,
    `${platform.platform}-${platform.arch}`,
    `tfjs${source.tfjsVersion}`,
    `napi${napiVersion}`,
    `${layoutVersion}.${source.digest.slice(0, 12)}`,
  ].join('-');
}
