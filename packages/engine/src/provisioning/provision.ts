import { utimesSync } from 'node:fs';
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
import type { Installation, OnProgress, StepOptions } from './installation.ts';
import type { EngineManifest, InstalledEngine } from './installed-engine.ts';
import { inspectEngine, manifestFile, recordFile } from './installed-engine.ts';
import { withInstallationLock } from './installation-lock.ts';
import type { Variant } from './tensorflow-release.ts';
import { wasTriedToday } from './tried-today.ts';
import { provideTfjsNode } from './tfjs-node-package.ts';

/** A native engine, or why there is none. */
export type Provision =
  | { readonly type: 'native'; readonly engine: InstalledEngine }
  | { readonly type: 'none'; readonly because: readonly string[] };

/**
 * Finds a native engine in the per-user cache, or installs one there: from TensorFlow's wheel, else
 * from the package's own download. TensorFlow.js's package for Node is fetched first if it is missing.
 * The download is an older TensorFlow and a stopgap: the wheel is tried again once a day, and whenever
 * a person asks for it. Safe to run in several processes at once; one that is killed leaves only a
 * staging folder, which the next one removes.
 *
 * @param options.isAsked - a person runs the setup: a stopgap is to be replaced now, and what could not
 * be installed is tried again.
 * @param options.signal - once it is aborted, everything that was started is ended, nothing is left, and
 * its reason is thrown.
 * @returns `none` with the reasons if no native engine could be installed; it never throws for
 * want of a network, Python or compiler.
 */
export async function provision(
  onProgress: OnProgress,
  options: { readonly isAsked?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<Provision> {
  const { isAsked = false, signal } = options;
  const isFinal = ({ folder, manifest }: InstalledEngine): boolean =>
    manifest.origin === 'wheel' || (!isAsked && wasTriedToday(join(folder, manifestFile)));
  const found = locateEngine();
  if (found.state === 'ready' && isFinal(found.engine)) {
    return { type: 'native', engine: found.engine };
  }
  const because = isAsked ? undefined : unavailableReasons();
  if (found.state !== 'ready' && because !== undefined) return { type: 'none', because };
  const result = await installEngine(isFinal, { onProgress, signal });
  rememberUnavailable(result.type === 'none' ? result.because : undefined);
  return result;
}

function installEngine(
  isFinal: (engine: InstalledEngine) => boolean,
  steps: StepOptions,
): Promise<Provision> {
  const { onProgress, signal } = steps;
  const root = enginesFolder(process.env, os.homedir());
  return withInstallationLock(
    root,
    { onWait: () => onProgress({ message: 'Waiting for another setup to finish' }), signal },
    async () => {
      let tfjsNode: string;
      try {
        tfjsNode = await provideTfjsNode(steps);
      } catch (error) {
        signal?.throwIfAborted();
        return { type: 'none', because: [messageOf(error)] };
      }
      const now = locateEngine(tfjsNode);
      if (now.state === 'ready') {
        const engine = isFinal(now.engine)
          ? now.engine
          : await replaceStopgap(now.engine, readAddonSource(tfjsNode), steps);
        return { type: 'native', engine };
      }
      if (now.state === 'damaged') {
        onProgress({
          message: `The engine in ${now.folder} is damaged (${now.because}); it is built again.`,
        });
        await rm(now.folder, { recursive: true, force: true });
      }
      return install(now.folder, readAddonSource(tfjsNode), steps);
    },
  );
}

/** Tries the wheel again in place of an older TensorFlow, which stays if that fails. */
async function replaceStopgap(
  stopgap: InstalledEngine,
  source: AddonSource,
  steps: StepOptions,
): Promise<InstalledEngine> {
  const { folder, manifest } = stopgap;
  try {
    await installBy(installFromWheel, { folder, source, ...steps });
    const result = inspectEngine(folder);
    if (result.state === 'ready') return result.engine;
  } catch (error) {
    steps.signal?.throwIfAborted();
    const now = new Date();
    utimesSync(join(folder, manifestFile), now, now);
    steps.onProgress({
      message: `TensorFlow ${manifest.tensorflowVersion} stays, older and slower than the wheel, which cannot be had: ${messageOf(error)}`,
    });
  }
  return stopgap;
}

async function installBy(
  attempt: typeof installFromWheel,
  {
    folder,
    source,
    onProgress,
    signal,
  }: StepOptions & { readonly folder: string; readonly source: AddonSource },
): Promise<void> {
  const variant = engineVariant();
  const fill = async (stage: string): Promise<void> => {
    const installation = await attempt({ stage, source, variant, onProgress, signal });
    onProgress({ message: 'Checking the engine' });
    await seal(stage, installation, { variant, signal });
  };
  const replaceable = { what: 'engine', test: () => true };
  await withStagingFolder(folder, fill, { replaceable, signal });
}

async function install(
  folder: string,
  source: AddonSource,
  steps: StepOptions,
): Promise<Provision> {
  const because: string[] = [];
  for (const attempt of [installFromWheel, installPrebuilt]) {
    try {
      await installBy(attempt, { folder, source, ...steps });
      const result = inspectEngine(folder);
      if (result.state === 'ready') return { type: 'native', engine: result.engine };
      because.push(result.state);
    } catch (error) {
      steps.signal?.throwIfAborted();
      because.push(messageOf(error));
    }
  }
  return { type: 'none', because };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs the addon once and writes the manifest: from then on the folder is an engine. */
async function seal(
  stage: string,
  installation: Installation,
  { variant, signal }: { readonly variant: Variant; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const addonPath = join(stage, installation.addon);
  const { tensorflowVersion } = await checkAddon(addonPath, signal);
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
