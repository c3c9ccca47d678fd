import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wheelFileDestination } from './wheel-files.ts';

const source = fileURLToPath(new URL('../../native/cuda-libraries.cc', import.meta.url));
const compiler = process.env['CXX'] ?? 'g++';
const canCompile = process.platform === 'linux' && spawnSync(compiler, ['--version']).status === 0;

/** Says which of the bare names that follow the library are found once it is loaded. */
const asker = `
#include <dlfcn.h>
#include <cstdio>
int main(int, char** words) {
  if (dlopen(words[1], RTLD_LAZY | RTLD_LOCAL) == nullptr) return std::puts(dlerror()), 1;
  for (char** name = words + 2; *name != nullptr; ++name)
    std::printf("%s %s\\n", *name, dlopen(*name, RTLD_LAZY | RTLD_NOLOAD) == nullptr ? "missing" : "found");
}
`;

let folder: string;
let program: string;
let addon: string;

function compile(output: string, args: readonly string[], text?: string): string {
  const path = join(folder, output);
  mkdirSync(dirname(path), { recursive: true });
  const input = join(folder, 'input.cc');
  writeFileSync(input, text ?? '');
  const { status, stderr } = spawnSync(compiler, [input, ...args, '-o', path], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return path;
}

function compileNvidia(entry: string, needed: readonly string[] = []): string {
  const name = entry.slice(entry.lastIndexOf('/') + 1);
  const destination = join('engine', wheelFileDestination(entry, 'linux')!);
  const args = ['-shared', '-fPIC', `-Wl,-soname,${name}`, '-Wl,--no-as-needed', ...needed];
  return compile(destination, args);
}

/** Which of the names a process finds that has loaded `loaded`. */
function findBy(loaded: string, names: readonly string[]): string[] {
  const { stdout } = spawnSync(program, [loaded, ...names], { encoding: 'utf8' });
  return stdout.trim().split('\n');
}

const names = ['libcublas.so.12', 'libcudart.so.12', 'libcudnn.so.9'];

describe.skipIf(!canCompile)("NVIDIA's libraries of an engine", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'limber-cuda-'));
    // none of them has a run path: each is found only if what it needs is in the process already
    const runtime = compileNvidia('nvidia/cuda_runtime/lib/libcudart.so.12');
    const algebra = compileNvidia('nvidia/cublas/lib/libcublas.so.12', [runtime]);
    compileNvidia('nvidia/cudnn/lib/libcudnn.so.9', [algebra]);
    compileNvidia('nvidia/cudnn/lib/libcudnn_graph.so.9');
    addon = compile('engine/lib/addon.node', ['-shared', '-fPIC', source, '-ldl']);
    program = compile('asker', ['-ldl'], asker);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are loaded with the addon, whatever needs which, but for what cuDNN loads itself', () => {
    expect(findBy(addon, [...names, 'libcudnn_graph.so.9'])).toEqual([
      'libcublas.so.12 found',
      'libcudart.so.12 found',
      'libcudnn.so.9 found',
      'libcudnn_graph.so.9 missing',
    ]);
  });

  test("lie where the run path of TensorFlow's library leads", () => {
    const runPaths = ['cuda_runtime', 'cublas', 'cudnn'].map(
      (name) => `-Wl,-rpath,$ORIGIN/../nvidia/${name}/lib`,
    );
    const asking =
      '#include <dlfcn.h>\n__attribute__((constructor)) void Ask() { dlopen("libcudart.so.12", RTLD_NOW); }';
    const library = compile(
      'engine/lib/libtensorflow_cc.so.2',
      ['-shared', '-fPIC', ...runPaths, '-ldl'],
      asking,
    );
    expect(findBy(library, names)).toEqual([
      'libcublas.so.12 missing',
      'libcudart.so.12 found',
      'libcudnn.so.9 missing',
    ]);
  });

  test('are no concern of an engine without them', () => {
    const other = join(folder, 'other/lib/addon.node');
    mkdirSync(dirname(other), { recursive: true });
    copyFileSync(addon, other);
    expect(findBy(other, ['libcudart.so.12'])).toEqual(['libcudart.so.12 missing']);
  });
});
