import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError } from '../engine-error.ts';
import type { AddonSource } from './addon-source.ts';
import { compileAddon } from './compile-addon.ts';
import { downloadWheels } from './download-wheels.ts';
import type { FileRecord } from './installed-engine.ts';
import type { OnProgress } from './progress.ts';
import type { Variant } from './tensorflow-release.ts';
import { addonFile, tensorflowRequirement } from './tensorflow-release.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { includeFolder, libraryFolder, requiredWheelFiles } from './wheel-files.ts';
import { requirementsOfExtra } from './wheel-metadata.ts';

/** What an installation put into its folder; the addon's own record is added when it is sealed. */
export interface Installation {
  readonly origin: 'wheel' | 'prebuilt';
  readonly addon: string;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/**
 * Installs an engine from TensorFlow's Python wheel: downloads it with pip, unpacks two libraries and
 * the headers (with CUDA also NVIDIA's libraries), and compiles the addon meanwhile.
 *
 * @param stage - an empty folder, to be renamed by the caller when all has gone well.
 */
export async function installFromWheel(
  stage: string,
  source: AddonSource,
  variant: Variant,
  onProgress: OnProgress,
): Promise<Installation> {
  const work = join(stage, 'work');
  const requirement = tensorflowRequirement(variant, process.platform, process.arch);
  const wheels = await downloadWheels([requirement], join(work, 'tensorflow'), onProgress);
  const wheel = wheels[0];
  if (wheel === undefined) {
    throw new EngineError('invalid-wheel', `pip downloaded no wheel for ${requirement}.`);
  }
  const isHeader = (destination: string): boolean => destination.startsWith(`${includeFolder}/`);
  const headers = await unpackWheel(wheel, stage, { isWanted: isHeader });
  onProgress({ phase: 'compile', message: 'Compiling the addon' });
  const [libraries] = await Promise.all([
    unpackWheel(wheel, stage, {
      isWanted: (destination) => !isHeader(destination),
      onProgress,
    }),
    compileAddon(source, stage, join(work, 'stubs')),
  ]);
  const unpacked = { ...headers.files, ...libraries.files };
  const missing = requiredWheelFiles.filter((name) => unpacked[name] === undefined);
  if (missing.length > 0) {
    throw new EngineError(
      'invalid-wheel',
      `${basename(wheel)}: has no ${missing.join(', ')}. Is this another TensorFlow release?`,
    );
  }
  const cuda =
    variant === 'cuda' ? await installCudaLibraries(stage, headers.metadata, work, onProgress) : {};
  await rm(join(stage, includeFolder), { recursive: true });
  await rm(work, { recursive: true });
  return {
    origin: 'wheel',
    addon: `${libraryFolder}/${addonFile}`,
    files: { ...libraries.files, ...cuda },
  };
}

async function installCudaLibraries(
  stage: string,
  metadata: string,
  work: string,
  onProgress: OnProgress,
): Promise<Record<string, FileRecord>> {
  const requirements = requirementsOfExtra(metadata, 'and-cuda');
  if (requirements.length === 0) {
    throw new EngineError('invalid-wheel', 'The wheel names no CUDA libraries (extra and-cuda).');
  }
  const files: Record<string, FileRecord> = {};
  const wheels = await downloadWheels(requirements, join(work, 'cuda'), onProgress);
  for (const wheel of wheels) {
    Object.assign(files, (await unpackWheel(wheel, stage, { onProgress })).files);
    await rm(wheel);
  }
  return files;
}
