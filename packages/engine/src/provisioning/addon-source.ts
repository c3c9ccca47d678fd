import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tfjsVersion } from './tensorflow-release.ts';

/** The N-API addon in source: as it ships inside the tfjs-node-gpu package, and what is added here. */
export interface AddonSource {
  /** The folder of tfjs-node-gpu; its sources are in `binding/` below it. */
  readonly packageFolder: string;
  /** This package's own C++ files, compiled into the same addon. */
  readonly nativeFolder: string;
  readonly tfjsVersion: string;
  /** Digest of all files in both, hexadecimal. */
  readonly digest: string;
}

/** Digests the addon's source; takes about a millisecond. @param packageFolder - of tfjs-node-gpu. */
export function readAddonSource(packageFolder: string): AddonSource {
  const hash = createHash('sha256');
  const nativeFolder = fileURLToPath(new URL('../../native', import.meta.url));
  for (const folder of [join(packageFolder, 'binding'), nativeFolder]) {
    for (const name of readdirSync(folder).sort()) {
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(folder, name)))
        .update('\0');
    }
  }
  return { packageFolder, nativeFolder, tfjsVersion, digest: hash.digest('hex') };
}
