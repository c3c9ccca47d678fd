import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { dirname, join } from 'node:path';
import type { AddonSource } from './addon-source.ts';
import { checkAddon } from './check-addon.ts';
import { engineVariant, locateEngine } from './locate-engine.ts';
import { enginesFolder } from './engine-folder.ts';
import type { Installation } from './install-from-wheel.ts';
import { installFromWheel } from './install-from-wheel.ts';
import { installPrebuilt } from './install-prebuilt.ts';
import type { EngineManifest, InstalledEngine } from './installed-engine.ts';
import { inspectEngine, manifestFile, recordFile } from './installed-engine.ts';
import { withInstallationLock } from './installation-lock.ts';
import type { OnProgress } from './progress.ts';
import type { Variant } from './tensorflow-release.ts';

/** A native engine, or why there is none and only the JavaScript backend is left. */
export type Provision =
  | { readonly type: 'native'; readonly engine: InstalledEngine }
  | { readonly type: 'javascript'; readonly because: readonly string[] };

const stagingFolder = '.staging';

/**
 * Finds a native engine in the per-user cache, or installs one there: from TensorFlow's wheel, else
 * from the package's own download. Safe to run in several processes at once; one that is killed
 * leaves only a staging folder, which the next one removes.
 *
 * @returns `javascript` with the reasons if no native engine could be installed; it never throws for
 * want of a network, Python or compiler.
 */
export async function provision(onProgress: OnProgress): Promise<Provision> {
  const found = locateEngine();
  if (found.state === 'ready') return { type: 'native', engine: found.engine };
  const root = enginesFolder(process.env, os.homedir());
  return withInstallationLock(
    root,
    () => onProgress({ phase: 'wait', message: 'Waiting for another setup to finish' }),
    async () => {
      const now = locateEngine();
      if (now.state === 'ready') return { type: 'native', engine: now.engine };
      if (now.state === 'damaged') {
        onProgress({
          phase: 'notice',
          message: `The engine in ${now.folder} is damaged (${now.because}); it is made anew.`,
        });
        await rm(now.folder, { recursive: true, force: true });
      }
      // Whoever made these held the lock and no longer does.
      await rm(join(root, stagingFolder), { recursive: true, force: true });
      return install(now.folder, now.source, onProgress);
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
    const stage = await createStage(folder);
    try {
      const installation = await attempt(stage, source, variant, onProgress);
      onProgress({ phase: 'check', message: 'Checking the engine' });
      await seal(stage, installation, variant);
      await rename(stage, folder);
      const result = inspectEngine(folder);
      if (result.state === 'ready') return { type: 'native', engine: result.engine };
      because.push(result.state);
    } catch (error) {
      because.push(error instanceof Error ? error.message : String(error));
    } finally {
      await removeStage(stage);
    }
  }
  return { type: 'javascript', because };
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
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(stage, manifestFile), text, { flush: true });
}

async function createStage(folder: string): Promise<string> {
  const staging = join(dirname(folder), stagingFolder);
  await mkdir(staging, { recursive: true });
  return mkdtemp(join(staging, `${process.pid}-`));
}

async function removeStage(stage: string): Promise<void> {
  await rm(stage, { recursive: true, force: true });
  const staging = dirname(stage);
  if ((await readdir(staging)).length === 0) await rm(staging, { recursive: true, force: true });
}
