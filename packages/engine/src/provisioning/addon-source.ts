import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The N-API addon as it ships, in source, inside the tfjs-node-gpu package. */
export interface AddonSource {
  /** The package's folder; the sources are in `binding/` below it. */
  readonly packageFolder: string;
  readonly tfjsVersion: string;
  /** Digest of all files in `binding/`, hexadecimal. */
  readonly digest: string;
}

const require = createRequire(import.meta.url);

/** Finds the addon's source in the installed package and digests it; takes about a millisecond. */
export function readAddonSource(): AddonSource {
  const packageFile = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const packageFolder = path.dirname(packageFile);
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const hash = createHash('sha256');
  const folder = path.join(packageFolder, 'binding');
  for (const name of readdirSync(folder).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(path.join(folder, name)))
      .update('\0');
  }
  return { packageFolder, tfjsVersion: version, digest: hash.digest('hex') };
}
