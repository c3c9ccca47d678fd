import { expect, test } from 'vitest';
import { addonArguments, findCompiler, stubArguments } from './compile-addon.ts';
import { howToInstall } from './how-to-install.ts';

const paths = {
  source: { packageFolder: '/package', nativeFolder: '/native' },
  nodeHeaders: '/node',
  tensorflowHeaders: '/tensorflow',
  output: '/out/tfjs_binding.node',
};

test('the addon looks for its libraries beside itself', () => {
  const libraries = ['/stubs/libtensorflow_cc.so.2'];
  const args = addonArguments({ ...paths, libraries }, 'linux');
  expect(args).toContain('-Wl,-rpath,$ORIGIN');
  expect(args).toContain('-DNAPI_VERSION=8');
  expect(args).toContain('/package/binding/tfjs_backend.cc');
  expect(args).toContain('/native/memory.cc');
  expect(args.indexOf('-Wl,--no-as-needed')).toBeLessThan(
    args.indexOf('/stubs/libtensorflow_cc.so.2'),
  );
});

test('on macOS it is a bundle that finds the symbols of Node when it is loaded', () => {
  const libraries = ['/stubs/libtensorflow_cc.2.dylib'];
  expect(addonArguments({ ...paths, libraries }, 'darwin')).toEqual([
    '-std=c++17',
    '-O3',
    '-fno-math-errno',
    '-fno-trapping-math',
    '-fPIC',
    '-w',
    '-DNAPI_VERSION=8',
    '-I/node',
    '-I/tensorflow',
    '/package/binding/tfjs_backend.cc',
    '/package/binding/tfjs_binding.cc',
    '-o',
    '/out/tfjs_binding.node',
    '-bundle',
    '-undefined',
    'dynamic_lookup',
    '/stubs/libtensorflow_cc.2.dylib',
    '-Wl,-rpath,@loader_path',
  ]);
});

test('the empty libraries carry the names of the real ones', () => {
  const files = { source: '/build/empty.cc', output: '/build/stub' };
  expect(stubArguments('libtensorflow_cc.so.2', files, 'linux')).toEqual([
    '-shared',
    '-fPIC',
    '-Wl,-soname,libtensorflow_cc.so.2',
    '/build/empty.cc',
    '-o',
    '/build/stub',
  ]);
  expect(stubArguments('libtensorflow_cc.2.dylib', files, 'darwin')).toEqual([
    '-dynamiclib',
    '-Wl,-install_name,@rpath/libtensorflow_cc.2.dylib',
    '/build/empty.cc',
    '-o',
    '/build/stub',
  ]);
});

test('a compiler named in CXX that does not start is named, and what to install', async () => {
  await expect(findCompiler({ CXX: 'limber-no-such-compiler' })).rejects.toThrow(
    `No C++ compiler, which compiles a small addon: tried limber-no-such-compiler. Install one (${howToInstall('compiler')}), or name yours in CXX.`,
  );
});
