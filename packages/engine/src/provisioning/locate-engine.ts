import os from 'node:os';
import { join } from 'node:path';
import { readAddonSource } from './addon-source.ts';
import { engineKey, enginesFolder } from './engine-folder.ts';
import type { InstalledEngine } from './installed-engine.ts';
import { inspectEngine } from './installed-engine.ts';
import { findNvidiaDriver } from './nvidia-driver.ts';
import type { Variant } from './tensorflow-release.ts';
import { hasCudaWheel } from './tensorflow-release.ts';
import { findTfjsNode } from './tfjs-node-package.ts';

/** Where this machine's engine is or would be. */
export type EngineLocation = { readonly folder: string } & (
  | { readonly state: 'ready'; readonly engine: InstalledEngine }
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly because: string }
);

/**
 * Looks in the per-user cache for the engine that fits this machine; takes about a millisecond.
 *
 * @param tfjsNode - the folder of tfjs-node-gpu. Without it no engine can be told from another, so
 * none is there; `folder` is then the one that holds them all.
 */
export function locateEngine(tfjsNode: string | undefined = findTfjsNode()): EngineLocation {
  const engines = enginesFolder(process.env, os.homedir());
  if (tfjsNode === undefined) return { state: 'absent', folder: engines };
  const key = engineKey(readAddonSource(tfjsNode), engineVariant(), process);
  const folder = join(engines, key);
  return { folder, ...inspectEngine(folder) };
}

/** CUDA where the machine shows an NVIDIA GPU that TensorFlow has a wheel for, else the processor alone. */
export function engineVariant(): Variant {
  return hasCudaWheel(process) && findNvidiaDriver() !== null ? 'cuda' : 'cpu';
}
