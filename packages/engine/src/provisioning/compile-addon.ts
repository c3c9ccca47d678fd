import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LimberError } from '@limber/files';
import type { AddonSource } from './addon-source.ts';
import { howToInstall } from './how-to-install.ts';
import { runCommand } from './run-command.ts';
import { addonFile, napiVersion, tensorflowLibraries } from './tensorflow-release.ts';
import { includeFolder, libraryFolder } from './wheel-files.ts';

/** This package's own sources for Linux; elsewhere what they mend is not amiss, and ranks are not supported. */
const linuxSources: readonly string[] = [
  'binding.cc',
  'operations.cc',
  'parallel.cc',
  'updates.cc',
  'collectives.cc',
  'log-level.cc',
  'cuda-libraries.cc',
  'memory.cc',
  'signals.cc',
];

/**
 * Compiles the addon into `lib/` of an engine's folder, whose `include/` holds TensorFlow's headers.
 *
 * It is linked against empty libraries that carry the real ones' names: the linker would spend most
 * of the time reading 850 MB, and the real libraries may still be on their way out of the wheel.
 *
 * @param options.workFolder - for the empty libraries; may be deleted afterwards.
 * @throws {LimberError} `command-failed` without a C++17 compiler, or if it fails.
 */
export async function compileAddon(
  source: Pick<AddonSource, 'packageFolder' | 'nativeFolder'>,
  engineFolder: string,
  options: { readonly workFolder: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { workFolder, signal } = options;
  const { platform } = process;
  const compiler = await findCompiler(process.env);
  await mkdir(workFolder, { recursive: true });
  await mkdir(join(engineFolder, libraryFolder), { recursive: true });
  const empty = join(workFolder, 'empty.cc');
  await writeFile(empty, '');
  const stubs: string[] = [];
  for (const name of tensorflowLibraries(platform)) {
    const output = join(workFolder, name);
    await runCommand(compiler, stubArguments(name, { source: empty, output }, platform), {
      signal,
    });
    stubs.push(output);
  }
  const paths = {
    source,
    nodeHeaders: nodeApiHeaders(),
    tensorflowHeaders: join(engineFolder, includeFolder),
    libraries: stubs,
    output: join(engineFolder, libraryFolder, addonFile),
  };
  await runCommand(compiler, addonArguments(paths, platform), { signal });
}

/** The compiler's command line of an empty library that is known to the loader as `name`. */
export function stubArguments(
  name: string,
  { source, output }: { readonly source: string; readonly output: string },
  platform: NodeJS.Platform,
): string[] {
  const naming =
    platform === 'darwin'
      ? ['-dynamiclib', `-Wl,-install_name,@rpath/${name}`]
      : ['-shared', '-fPIC', `-Wl,-soname,${name}`];
  return [...naming, source, '-o', output];
}

/** The compiler's command line; the libraries are looked for beside the addon. */
export function addonArguments(
  paths: {
    readonly source: Pick<AddonSource, 'packageFolder' | 'nativeFolder'>;
    readonly nodeHeaders: string;
    readonly tensorflowHeaders: string;
    readonly libraries: readonly string[];
    readonly output: string;
  },
  platform: NodeJS.Platform,
): string[] {
  const { packageFolder, nativeFolder } = paths.source;
  const binding = join(packageFolder, 'binding');
  const sources =
    platform === 'linux'
      ? [`-I${binding}`, ...linuxSources.map((name) => join(nativeFolder, name))]
      : [join(binding, 'tfjs_binding.cc')];
  const linking =
    platform === 'darwin'
      ? // Node's own symbols, and TensorFlow's that the empty libraries lack, are found when it is loaded
        ['-bundle', '-undefined', 'dynamic_lookup', ...paths.libraries, '-Wl,-rpath,@loader_path']
      : [
          '-shared',
          '-pthread',
          // see collectives.cc
          '-Wl,--wrap=TFE_NewContext',
          '-Wl,--no-as-needed',
          ...paths.libraries,
          '-Wl,-rpath,$ORIGIN',
        ];
  return [
    '-std=c++17',
    // loops over numbers become vector instructions
    '-O3',
    '-fno-math-errno',
    '-fno-trapping-math',
    '-fPIC',
    '-w',
    `-DNAPI_VERSION=${napiVersion}`,
    `-I${paths.nodeHeaders}`,
    `-I${paths.tensorflowHeaders}`,
    join(binding, 'tfjs_backend.cc'),
    ...sources,
    '-o',
    paths.output,
    ...linking,
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
    what: `No C++ compiler, which compiles a small addon: tried ${candidates.join(', ')}`,
    fix: `Install one (${howToInstall('compiler')}), or name yours in CXX.`,
  });
}

function nodeApiHeaders(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('node-api-headers/package.json')), 'include');
}
