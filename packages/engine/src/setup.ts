import type { ProgressStream } from '@limber/files';
import { createProgressWriter } from '@limber/files';
import { noGpuDevice } from './provisioning/gpu-device.ts';
import type { InstalledEngine } from './provisioning/installed-engine.ts';
import { locateEngine } from './provisioning/locate-engine.ts';
import { setupFailure } from './provisioning/setup-failure.ts';
import { measurePrecisionSpeeds } from './precision/precision-speeds.ts';

/** What setting up the engine came to. */
export interface SetupOutcome {
  /** Whether the native engine is there; without it everything runs on a slow one. */
  readonly isNative: boolean;
  /** For a person: what there is now, or why there is no native engine and what to do about it. */
  readonly message: string;
}

/**
 * Makes sure that a native engine is in the per-user cache, with progress on standard error.
 * When one is there already this returns within milliseconds; the first time on a processor it
 * measures for a second or two which precision is faster.
 *
 * @param options.signal - once it is aborted, everything that was started is ended, nothing is left, and
 * its reason is thrown.
 * @param options.stream - for the progress.
 * @throws {LimberError} `gpu-unavailable` if it was installed for a GPU that it then does not use.
 */
export async function setup(
  options: { readonly signal?: AbortSignal; readonly stream?: ProgressStream } = {},
): Promise<SetupOutcome> {
  const { signal, stream = process.stderr } = options;
  const found = locateEngine();
  if (found.state === 'ready' && found.engine.manifest.origin === 'wheel') {
    await measurePrecisionSpeeds(found.engine);
    return ready(found.engine);
  }
  const { provision } = await import('./provisioning/provision.ts');
  const writer = createProgressWriter(stream);
  try {
    const result = await provision((progress) => writer.report(progress), {
      isAsked: true,
      signal,
    });
    if (result.type !== 'native') {
      return { isNative: false, message: setupFailure(result.because) };
    }
    await requireGpu(result.engine);
    await measurePrecisionSpeeds(result.engine);
    return ready(result.engine);
  } finally {
    writer.end();
  }
}

/** An engine for a GPU is there to use it: what stands in the way is told now, not by the first training. */
async function requireGpu({ addonPath, manifest }: InstalledEngine): Promise<void> {
  if (manifest.variant !== 'cuda') return;
  const [{ checkAddon }, { findNvidiaDriver }] = await Promise.all([
    import('./provisioning/check-addon.ts'),
    import('./provisioning/nvidia-driver.ts'),
  ]);
  const { usesGpu } = await checkAddon(addonPath);
  if (!usesGpu) throw await noGpuDevice(addonPath, findNvidiaDriver()?.gpus ?? []);
}

function ready({ folder, manifest }: InstalledEngine): SetupOutcome {
  const device = manifest.variant === 'cuda' ? 'CUDA' : 'CPU';
  const message = `Engine ready: TensorFlow ${manifest.tensorflowVersion} (${device}) in ${folder}`;
  return { isNative: true, message };
}
