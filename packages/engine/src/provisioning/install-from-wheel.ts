import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LimberError } from '@limber/files';
import { compileAddon, findCompiler } from './compile-addon.ts';
import { downloadWheels, findPython } from './download-wheels.ts';
import type { InstallOptions, Installation } from './installation.ts';
import type { FileRecord } from './installed-engine.ts';
import { runTogether } from './run-together.ts';
import { addonFile, tensorflowRequirement, thisMachine } from './tensorflow-release.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { includeFolder, libraryFolder, requiredWheelFiles } from './wheel-files.ts';
import { requirementsOfExtra } from './wheel-metadata.ts';

/**
 * Installs an engine from TensorFlow's Python wheel: downloads it with pip, unpacks two libraries and
 * the headers (with CUDA also NVIDIA's libraries), and compiles the addon meanwhile.
 */
export async function installFromWheel(options: InstallOptions): Promise<Installation> {
  const { stage, source, variant, onProgress, signal } = options;
  const work = join(stage, 'work');
  const requirement = tensorflowRequirement(variant, thisMachine());
  await requireTools();
  const wheels = await downloadWheels([requirement], join(work, 'tensorflow'), options);
  const wheel = wheels[0];
  if (wheel === undefined) {
    throw new LimberError('invalid-wheel', { what: `pip downloaded no wheel for ${requirement}` });
  }
  const isHeader = (destination: string): boolean => destination.startsWith(`${includeFolder}/`);
  const headers = await unpackWheel(wheel, stage, { isWanted: isHeader, signal });
  onProgress({ message: 'Compiling the addon' });
  const [libraries] = await runTogether(signal, [
    (stop) =>
      unpackWheel(wheel, stage, {
        isWanted: (destination) => !isHeader(destination),
        onProgress,
        signal: stop,
      }),
    (stop) => compileAddon(source, stage, { workFolder: join(work, 'stubs'), signal: stop }),
  ]);
  const unpacked = { ...headers.files, ...libraries.files };
  const missing = requiredWheelFiles(process.platform).filter(
    (name) => unpacked[name] === undefined,
  );
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

/** Before anything is downloaded, everything that is missing is named at once. */
async function requireTools(): Promise<void> {
  const tools = await Promise.allSettled([findPython(), findCompiler(process.env)]);
  const missing = tools.flatMap((tool) => (tool.status === 'rejected' ? [tool.reason] : []));
  if (missing.length === 0) return;
  const what = missing.map((reason) => (reason as Error).message.replace(/\.$/, '')).join('. ');
  throw new LimberError('command-failed', { what }, { cause: missing[0] });
}

/** @param metadata - of TensorFlow's wheel, which names the wheels of CUDA. */
async function installCudaLibraries(
  options: InstallOptions,
  metadata: string,
): Promise<Record<string, FileRecord>> {
  const { stage } = options;
  const requirements = requirementsOfExtra(metadata, 'and-cuda');
  if (requirements.length === 0) {
    throw new LimberError('invalid-wheel', {
      what: 'The wheel names no CUDA libraries (extra and-cuda)',
    });
  }
  const files: Record<string, FileRecord> = {};
  const wheels = await downloadWheels(requirements, join(stage, 'work', 'cuda'), options);
  for (const wheel of wheels) {
    Object.assign(files, (await unpackWheel(wheel, stage, options)).files);
    await rm(wheel);
  }
  return files;
}
