import os from 'node:os';
import { join } from 'node:path';
import type { AddonSource } from './addon-source.ts';
import { readAddonSource } from './addon-source.ts';
import { engineKey, enginesFolder } from './engine-folder.ts';
import type { InstalledEngine } from './installed-engine.ts';
import { inspectEngine } from './installed-engine.ts';
import { findNvidiaDriver } from './nvidia-driver.ts';
import type { Variant } from './tensorflow-release.ts';

/** Where this machine's engine is or would be. */
export type EngineLocation = { readonly folder: string; readonly source: AddonSource } & (
  | { readonly state: 'ready'; readonly engine: InstalledEngine }
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly because: string }
);

/** Looks in the per-user cache for the engine that fits this machine; takes about a millisecond. */
export function locateEngine(): EngineLocation {
  const source = readAddonSource();
  const key = engineKey(source, engineVariant(), process);
  const folder = join(enginesFolder(process.env, os.homedir()), key);
  return { folder, source, ...inspectEngine(folder) };
}

/** CUDA where the machine shows an NVIDIA GPU, else the processor alone. */
export function engineVariant(): Variant {
  return findNvidiaDriver() === null ? 'cpu' : 'cuda';
}
