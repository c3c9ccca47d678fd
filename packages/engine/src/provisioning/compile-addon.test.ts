import { expect, test } from 'vitest';
import { addonArguments, findCompiler } from './compile-addon.ts';

test('the addon looks for its libraries beside itself', () => {
  const args = addonArguments({
    source: { packageFolder: '/package', nativeFolder: '/native' },
    nodeHeaders: '/node',
    tensorflowHeaders: '/tensorflow',
    libraries: ['/stubs/libtensorflow_cc.so.2'],
    output: '/out/tfjs_binding.node',
  });
  expect(args).toContain('-Wl,-rpath,$ORIGIN');
  expect(args).toContain('-DNAPI_VERSION=8');
  expect(args).toContain('/package/binding/tfjs_backend.cc');
  expect(args).toContain('/native/memory.cc');
  expect(args.indexOf('-Wl,--no-as-needed')).toBeLessThan(
    args.indexOf('/stubs/libtensorflow_cc.so.2'),
  );
});

test('a compiler named in CXX that does not start is named, and what to install', async () => {
  await expect(findCompiler({ CXX: 'limber-no-such-compiler' })).rejects.toThrow(
    'No C++ compiler found: tried limber-no-such-compiler. Install one (Debian and Ubuntu: apt install g++).',
  );
});
