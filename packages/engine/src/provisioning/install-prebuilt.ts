import { cp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, join } from 'node:path';
import type { InstallOptions, Installation } from './installation.ts';
import type { FileRecord } from './installed-engine.ts';
import { recordFile } from './installed-engine.ts';
import { runCommand } from './run-command.ts';
import { addonFile, napiVersion } from './tensorflow-release.ts';

const prebuiltTimeoutMs = 600_000;

/**
 * Installs the engine that the tfjs-node-gpu package itself would download: its own install script,
 * run in a private copy. That is an older TensorFlow, and its place is often out of reach.
 */
export async function installPrebuilt({
  stage,
  source,
  variant,
  onProgress,
}: InstallOptions): Promise<Installation> {
  onProgress({
    message: `Trying the ready-made library of tfjs ${source.tfjsVersion} (an older TensorFlow)`,
  });
  const isCopied = (file: string): boolean => basename(file) !== 'node_modules';
  await cp(source.packageFolder, stage, { recursive: true, filter: isCopied });
  const script = join(stage, 'scripts', 'install.js');
  const modules = moduleFolders(source.packageFolder);
  await runCommand(process.execPath, [script, variant === 'cuda' ? 'gpu' : 'cpu', 'download'], {
    cwd: stage,
    timeoutMs: prebuiltTimeoutMs,
    env: {
      ...process.env,
      NODE_PATH: modules.join(delimiter),
      PATH: [...modules.map((folder) => join(folder, '.bin')), process.env['PATH']].join(delimiter),
    },
  });
  const addon = `lib/napi-v${napiVersion}/${addonFile}`;
  await removeAllBut(stage, ['lib', 'deps']);
  return { origin: 'prebuilt', addon, files: await recordFolder(stage, join('deps', 'lib')) };
}

/** The folders in which a script of the package finds its dependencies. */
function moduleFolders(packageFolder: string): string[] {
  const require = createRequire(join(packageFolder, 'package.json'));
  return require.resolve.paths('rimraf') ?? [];
}

async function removeAllBut(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!kept.includes(name)) await rm(join(folder, name), { recursive: true });
  }
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
