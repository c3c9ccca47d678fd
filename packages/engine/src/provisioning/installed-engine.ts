import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Variant } from './tensorflow-release.ts';

/** What an engine's folder says about itself in `engine.json`, written last. */
export interface EngineManifest {
  readonly formatVersion: 1;
  readonly tensorflowVersion: string;
  readonly variant: Variant;
  /** `wheel`: compiled here against a TensorFlow wheel; `prebuilt`: the package's own download. */
  readonly origin: 'wheel' | 'prebuilt';
  /** Path of the addon relative to the folder. */
  readonly addon: string;
  /** Every file that is needed at run time, by path relative to the folder. */
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** Size and SHA-256 (hexadecimal) of one file. */
export interface FileRecord {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** An engine in the cache, its files present with their recorded sizes. */
export interface InstalledEngine {
  readonly folder: string;
  readonly addonPath: string;
  readonly manifest: EngineManifest;
}

/** Name of the manifest in an engine's folder. */
export const manifestFile = 'engine.json';

/**
 * Looks whether a folder holds a whole engine. Compares sizes, and the hash of the addon alone, so
 * that it takes about a millisecond; `damagedFiles` hashes everything.
 *
 * @returns the engine; `absent` without a manifest; `damaged` with the reason.
 */
export function inspectEngine(
  folder: string,
):
  | { readonly state: 'ready'; readonly engine: InstalledEngine }
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly because: string } {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestFile), 'utf8');
  } catch {
    return { state: 'absent' };
  }
  let manifest: EngineManifest;
  try {
    manifest = JSON.parse(text) as EngineManifest;
  } catch {
    return { state: 'damaged', because: `${manifestFile} is not JSON` };
  }
  for (const [name, record] of Object.entries(manifest.files)) {
    const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (size === undefined) return { state: 'damaged', because: `${name} is missing` };
    if (size !== record.sizeBytes) {
      return {
        state: 'damaged',
        because: `${name} has ${size} bytes, expected ${record.sizeBytes}`,
      };
    }
  }
  const addonPath = join(folder, manifest.addon);
  const addonHash = createHash('sha256').update(readFileSync(addonPath)).digest('hex');
  if (addonHash !== manifest.files[manifest.addon]?.sha256) {
    return { state: 'damaged', because: `${manifest.addon} does not match its checksum` };
  }
  return { state: 'ready', engine: { folder, addonPath, manifest } };
}

/** Hashes every file of an engine and names those that differ from the manifest; takes seconds. */
export async function damagedFiles(engine: InstalledEngine): Promise<string[]> {
  const damaged: string[] = [];
  for (const [name, record] of Object.entries(engine.manifest.files)) {
    const found = await recordFile(join(engine.folder, name));
    if (found.sha256 !== record.sha256) damaged.push(name);
  }
  return damaged;
}

/** Measures and hashes one file. */
export async function recordFile(file: string): Promise<FileRecord> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return { sizeBytes: statSync(file).size, sha256: hash.digest('hex') };
}
