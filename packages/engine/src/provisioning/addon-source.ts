import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const require = createRequire(import.meta.url);

/** Finds the addon's source in the installed package and digests it; takes about a millisecond. */
export function readAddonSource(): AddonSource {
  const packageFile = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const packageFolder = dirname(packageFile);
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
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
  return { packageFolder, nativeFolder, tfjsVersion: version, digest: hash.digest('hex') };
}
