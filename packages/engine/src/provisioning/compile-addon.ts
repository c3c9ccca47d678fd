import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LimberError } from '@limber/files';
import type { AddonSource } from './addon-source.ts';
import { runCommand } from './run-command.ts';
import { addonFile, napiVersion, tensorflowLibraries } from './tensorflow-release.ts';
import { includeFolder, libraryFolder } from './wheel-files.ts';

/**
 * Compiles the addon into `lib/` of an engine's folder, whose `include/` holds TensorFlow's headers.
 *
 * It is linked against empty libraries that carry the real ones' SONAMEs: the linker would spend most
 * of the time reading 850 MB, and the real libraries may still be on their way out of the wheel.
 *
 * @param workFolder - for the empty libraries; may be deleted afterwards.
 * @throws {LimberError} `command-failed` without a C++17 compiler, or if it fails.
 */
export async function compileAddon(
  source: Pick<AddonSource, 'packageFolder' | 'nativeFolder'>,
  engineFolder: string,
  workFolder: string,
): Promise<void> {
  const compiler = await findCompiler(process.env);
  await mkdir(workFolder, { recursive: true });
  await mkdir(join(engineFolder, libraryFolder), { recursive: true });
  const empty = join(workFolder, 'empty.cc');
  await writeFile(empty, '');
  const stubs = await Promise.all(
    tensorflowLibraries.map(async (soname) => {
      const stub = join(workFolder, soname);
      await runCommand(compiler, ['-shared', '-fPIC', empty, `-Wl,-soname,${soname}`, '-o', stub]);
      return stub;
    }),
  );
  const addon = join(engineFolder, libraryFolder, addonFile);
  await runCommand(
    compiler,
    addonArguments({
      source,
      nodeHeaders: nodeApiHeaders(),
      tensorflowHeaders: join(engineFolder, includeFolder),
      libraries: stubs,
      output: addon,
    }),
  );
}

/** The compiler's command line; the libraries are looked for beside the addon. */
export function addonArguments(paths: {
  readonly source: Pick<AddonSource, 'packageFolder' | 'nativeFolder'>;
  readonly nodeHeaders: string;
  readonly tensorflowHeaders: string;
  readonly libraries: readonly string[];
  readonly output: string;
}): string[] {
  return [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-w',
    `-DNAPI_VERSION=${napiVersion}`,
    `-I${paths.nodeHeaders}`,
    `-I${paths.tensorflowHeaders}`,
    join(paths.source.packageFolder, 'binding', 'tfjs_backend.cc'),
    join(paths.source.packageFolder, 'binding', 'tfjs_binding.cc'),
    join(paths.source.nativeFolder, 'memory.cc'),
    '-o',
    paths.output,
    '-Wl,--no-as-needed',
    ...paths.libraries,
    '-Wl,-rpath,$ORIGIN',
  ];
}

/**
 * The C++ compiler: `$CXX`, else the first of g++, c++ and clang++ that starts.
 *
 * @throws {LimberError} `command-failed` if there is none.
 */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<string> {
  const own = env['CXX'];
  const candidates = own === undefined || own === '' ? ['g++', 'c++', 'clang++'] : [own];
  for (const candidate of candidates) {
    try {
      await runCommand(candidate, ['--version']);
      return candidate;
    } catch {
      continue;
    }
  }
  throw new LimberError('command-failed', {
    what: `No C++ compiler found: tried ${candidates.join(', ')}`,
    fix: 'Install one (Debian and Ubuntu: apt install g++).',
  });
}

function nodeApiHeaders(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('node-api-headers/package.json')), 'include');
}
