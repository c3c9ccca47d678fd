import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LimberError } from '@limber/files';
import { compileAddon } from './compile-addon.ts';
import { downloadWheels } from './download-wheels.ts';
import type { InstallOptions, Installation } from './installation.ts';
import type { FileRecord } from './installed-engine.ts';
import { addonFile, tensorflowRequirement } from './tensorflow-release.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { includeFolder, libraryFolder, requiredWheelFiles } from './wheel-files.ts';
import { requirementsOfExtra } from './wheel-metadata.ts';

/**
 * Installs an engine from TensorFlow's Python wheel: downloads it with pip, unpacks two libraries and
 * the headers (with CUDA also NVIDIA's libraries), and compiles the addon meanwhile.
 */
export async function installFromWheel(options: InstallOptions): Promise<Installation> {
  const { stage, source, variant, onProgress } = options;
  const work = join(stage, 'work');
  const requirement = tensorflowRequirement(variant, process.platform, process.arch);
  const wheels = await downloadWheels([requirement], join(work, 'tensorflow'), onProgress);
  const wheel = wheels[0];
  if (wheel === undefined) {
    throw new LimberError('invalid-wheel', { what: `pip downloaded no wheel for ${requirement}` });
  }
  const isHeader = (destination: string): boolean => destination.startsWith(`${includeFolder}/`);
  const headers = await unpackWheel(wheel, stage, { isWanted: isHeader });
  onProgress({ message: 'Compiling the addon' });
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
    throw new LimberError('invalid-wheel', {
      where: basename(wheel),
      what: `has no ${missing.join(', ')}`,
      fix: 'Is this another TensorFlow release?',
    });
  }
  const cuda = variant === 'cuda' ? await installCudaLibraries(options, headers.metadata) : {};
  await rm(join(stage, includeFolder), { recursive: true });
  await rm(work, { recursive: true });
  return {
    origin: 'wheel',
    addon: `${libraryFolder}/${addonFile}`,
    files: { ...libraries.files, ...cuda },
  };
}

/** @param metadata - of TensorFlow's wheel, which names the wheels of CUDA. */
async function installCudaLibraries(
  { stage, onProgress }: InstallOptions,
  metadata: string,
): Promise<Record<string, FileRecord>> {
  const requirements = requirementsOfExtra(metadata, 'and-cuda');
  if (requirements.length === 0) {
    throw new LimberError('invalid-wheel', {
      what: 'The wheel names no CUDA libraries (extra and-cuda)',
    });
  }
  const files: Record<string, FileRecord> = {};
  const wheels = await downloadWheels(requirements, join(stage, 'work', 'cuda'), onProgress);
  for (const wheel of wheels) {
    Object.assign(files, (await unpackWheel(wheel, stage, { onProgress })).files);
    await rm(wheel);
  }
  return files;
}
