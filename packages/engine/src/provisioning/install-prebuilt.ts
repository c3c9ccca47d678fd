import { readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { InstallOptions, Installation } from './installation.ts';
import type { FileRecord } from './installed-engine.ts';
import { recordFile } from './installed-engine.ts';
import { runCommand } from './run-command.ts';
import { npmCommand } from '../packages/npm-command.ts';
import { withStallWatch } from './stall-watch.ts';
import { addonFile, napiVersion } from './tensorflow-release.ts';
import { tfjsNodeName, tfjsNodePackage } from './tfjs-node-package.ts';

const timeoutMs = 600_000;

/** A download of which nothing comes for so long is given up. */
const stallMs = 60_000;

/**
 * Installs the engine that the tfjs-node-gpu package itself would download: its own install script,
 * run in a private installation. That is an older TensorFlow, and its place is often out of reach.
 */
export async function installPrebuilt(options: InstallOptions): Promise<Installation> {
  const { stage, onProgress, signal } = options;
  const what = `the ready-made library of ${tfjsNodePackage.spec} (an older TensorFlow)`;
  onProgress({ message: `Trying ${what}` });
  const work = join(stage, 'work');
  const packageFolder = join(work, 'node_modules', tfjsNodeName);
  await withStallWatch(work, { what, stallMs, signal }, (stop) => download(work, options, stop));
  for (const folder of ['lib', 'deps'])
    await rename(join(packageFolder, folder), join(stage, folder));
  await rm(work, { recursive: true });
  const addon = `lib/napi-v${napiVersion}/${addonFile}`;
  return { origin: 'prebuilt', addon, files: await recordFolder(stage, join('deps', 'lib')) };
}

async function download(
  work: string,
  { variant }: InstallOptions,
  signal: AbortSignal,
): Promise<void> {
  const target = ['--prefix', work, '--no-save', '--ignore-scripts'];
  const [npm, ...args] = npmCommand(['install', ...target, tfjsNodePackage.spec]);
  await runCommand(npm, args, { timeoutMs, signal });
  const modules = join(work, 'node_modules');
  const packageFolder = join(modules, tfjsNodeName);
  const script = join(packageFolder, 'scripts/install.js');
  await runCommand(process.execPath, [script, variant === 'cuda' ? 'gpu' : 'cpu', 'download'], {
    cwd: packageFolder,
    timeoutMs,
    signal,
    env: {
      ...process.env,
      PATH: [join(modules, '.bin'), process.env['PATH']].join(delimiter),
    },
  });
}

async function recordFolder(root: string, folder: string): Promise<Record<string, FileRecord>> {
  const files: Record<string, FileRecord> = {};
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const name = join(folder, entry.name);
    files[name] = await recordFile(join(root, name));
  }
  return files;
}
