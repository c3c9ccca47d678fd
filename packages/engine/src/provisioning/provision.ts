import { rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { withStagingFolder } from '@limber/files';
import type { AddonSource } from './addon-source.ts';
import { readAddonSource } from './addon-source.ts';
import { checkAddon } from './check-addon.ts';
import { engineVariant, locateEngine } from './locate-engine.ts';
import { enginesFolder } from './engine-folder.ts';
import { rememberUnavailable, unavailableReasons } from './engine-unavailable.ts';
import { installFromWheel } from './install-from-wheel.ts';
import { installPrebuilt } from './install-prebuilt.ts';
import type { Installation, OnProgress } from './installation.ts';
import type { EngineManifest, InstalledEngine } from './installed-engine.ts';
import { inspectEngine, manifestFile, recordFile } from './installed-engine.ts';
import { withInstallationLock } from './installation-lock.ts';
import type { Variant } from './tensorflow-release.ts';
import { provideTfjsNode } from './tfjs-node-package.ts';

/** A native engine, or why there is none and only the JavaScript backend is left. */
export type Provision =
  | { readonly type: 'native'; readonly engine: InstalledEngine }
  | { readonly type: 'javascript'; readonly because: readonly string[] };

/**
 * Finds a native engine in the per-user cache, or installs one there: from TensorFlow's wheel, else
 * from the package's own download. TensorFlow.js's package for Node is fetched first if it is missing. Safe to run in several processes at once; one that is killed
 * leaves only a staging folder, which the next one removes.
 *
 * @param options.isRetry - tries also if it is remembered that no engine could be installed.
 * @returns `javascript` with the reasons if no native engine could be installed; it never throws for
 * want of a network, Python or compiler.
 */
export async function provision(
  onProgress: OnProgress,
  { isRetry = false }: { readonly isRetry?: boolean } = {},
): Promise<Provision> {
  const found = locateEngine();
  if (found.state === 'ready') return { type: 'native', engine: found.engine };
  const because = isRetry ? undefined : unavailableReasons();
  if (because !== undefined) return { type: 'javascript', because };
  const result = await installEngine(onProgress);
  rememberUnavailable(result.type === 'javascript' ? result.because : undefined);
  return result;
}

function installEngine(onProgress: OnProgress): Promise<Provision> {
  const root = enginesFolder(process.env, os.homedir());
  return withInstallationLock(
    root,
    () => onProgress({ message: 'Waiting for another setup to finish' }),
    async () => {
      let tfjsNode: string;
      try {
        tfjsNode = await provideTfjsNode(onProgress);
      } catch (error) {
        return { type: 'javascript', because: [messageOf(error)] };
      }
      const now = locateEngine(tfjsNode);
      if (now.state === 'ready') return { type: 'native', engine: now.engine };
      if (now.state === 'damaged') {
        onProgress({
          message: `The engine in ${now.folder} is damaged (${now.because}); it is built again.`,
        });
        await rm(now.folder, { recursive: true, force: true });
      }
      return install(now.folder, readAddonSource(tfjsNode), onProgress);
    },
  );
}

async function install(
  folder: string,
  source: AddonSource,
  onProgress: OnProgress,
): Promise<Provision> {
  const variant = engineVariant();
  const because: string[] = [];
  for (const attempt of [installFromWheel, installPrebuilt]) {
    try {
      await withStagingFolder(folder, async (stage) => {
        const installation = await attempt({ stage, source, variant, onProgress });
        onProgress({ message: 'Checking the engine' });
        await seal(stage, installation, variant);
      });
      const result = inspectEngine(folder);
      if (result.state === 'ready') return { type: 'native', engine: result.engine };
      because.push(result.state);
    } catch (error) {
      because.push(messageOf(error));
    }
  }
  return { type: 'javascript', because };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs the addon once and writes the manifest: from then on the folder is an engine. */
async function seal(stage: string, installation: Installation, variant: Variant): Promise<void> {
  const addonPath = join(stage, installation.addon);
  const { tensorflowVersion } = await checkAddon(addonPath);
  const manifest: EngineManifest = {
    formatVersion: 1,
    tensorflowVersion,
    variant,
    origin: installation.origin,
    addon: installation.addon,
    files: { ...installation.files, [installation.addon]: await recordFile(addonPath) },
  };
  await writeFile(join(stage, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
}
