// Packs every package as `npm publish` would, checks what was packed (publint, Are the types wrong?), installs each one
// alone in an empty folder, and runs the examples of its README there: compiled against the types that were packed, then
// executed.
// Needs what `npm install` needs, and the engine's library (`npx nx run engine:setup`).
// Usage: node test/packed-packages.mjs [package...]
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

const names = await readdir(join(root, 'packages'));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : names;
const work = await mkdtemp(join(tmpdir(), 'limber-packed-'));
const results = [];
try {
  await run(
    'npm',
    ['pack', '--pack-destination', work, ...names.map((name) => `./packages/${name}`)],
    {
      cwd: root,
    },
  );
  for (const name of wanted) results.push(await tryOut(name));
} finally {
  await rm(work, { recursive: true, force: true });
}
const failed = results.filter((result) => !result);
console.log(`Packed packages: ${results.length - failed.length} ran, ${failed.length} did not.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function tryOut(name) {
  const folder = join(work, name);
  await mkdir(folder);
  const started = performance.now();
  try {
    await checkTarball(name);
    await install(name, folder);
    const examples = await examplesOf(name);
    if (examples.length === 0) throw new Error('its README has no example');
    for (const [index, code] of examples.entries()) await runExample(folder, index, code);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${name}: ${examples.length} example(s) ran in an empty folder, ${seconds} s`);
    return true;
  } catch (error) {
    console.log(`${name}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    return false;
  }
}

/** What of a published package would not be found, or has types that are not its own. */
async function checkTarball(name) {
  const bytes = await readFile(tarballOf(name));
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  // only ES modules are published, which neither of these two ways of resolving knows
  const isForOthers = ({ resolutionKind }) => ['node10', 'node16-cjs'].includes(resolutionKind);
  const wrong = types.types === false ? [] : types.problems.filter((one) => !isForOthers(one));
  const lines = [
    ...messages.map((message) => formatMessage(message, pkg, { color: false })),
    ...wrong.map((problem) => JSON.stringify(problem)),
  ];
  if (lines.length > 0) throw new Error(`what was packed is wrong:\n${lines.join('\n')}`);
}

function tarballOf(name) {
  return join(work, `limber-${name}-0.1.0.tgz`);
}

/** Installs the package and, since none of them is published yet, those of ours that it needs. */
async function install(name, folder) {
  const manifest = { name: 'empty', private: true, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const tarballs = [...(await withDependencies(name))].map(tarballOf);
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], {
    cwd: folder,
  });
}

async function withDependencies(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const manifest = await readFile(join(root, 'packages', name, 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(manifest);
  for (const key of Object.keys(dependencies)) {
    if (key.startsWith('@limber/')) await withDependencies(key.slice('@limber/'.length), seen);
  }
  return seen;
}

async function examplesOf(name) {
  const text = await readFile(join(root, 'packages', name, 'README.md'), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]);
}

async function runExample(folder, index, code) {
  const file = join(folder, `example-${index}.ts`);
  await writeFile(file, `${code}\nexport {};\n`);
  const options = {
    compilerOptions: {
      target: 'es2023',
      module: 'nodenext',
      strict: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: [`example-${index}.ts`],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
  await run(process.execPath, [compiler, '-p', folder]);
  await run(process.execPath, [join(folder, `example-${index}.js`)], { cwd: folder });
}
