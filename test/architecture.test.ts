import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** A → B: A may import B. Every other import between packages is an error. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  files: [],
  keypoints: ['files'],
  synthetic: ['files', 'keypoints'],
  'dataset-builder': ['files', 'keypoints'],
  'dataset-loader': ['files', 'keypoints'],
  engine: ['files'],
  'model-zoo': ['files', 'keypoints', 'engine'],
  evaluator: ['files', 'keypoints'],
  trainer: ['files', 'engine'],
  'pose-trainer': [
    'files',
    'keypoints',
    'engine',
    'dataset-loader',
    'model-zoo',
    'evaluator',
    'trainer',
  ],
  runner: ['files'],
  cli: [
    'files',
    'keypoints',
    'synthetic',
    'dataset-builder',
    'dataset-loader',
    'engine',
    'model-zoo',
    'evaluator',
    'trainer',
    'pose-trainer',
    'runner',
  ],
};

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const packagesFolder = join(root, 'packages');
const maximumLines = 300;
const medianLines = 120;

function sourceFiles(name: string): string[] {
  const folder = join(packagesFolder, name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** `.test.ts` holds tests, `.suite.ts` what several of them share. */
function isTest(file: string): boolean {
  return /\.(test|suite)\.ts$/.test(file);
}

function manifest(name: string): { dependencies: Record<string, string> } {
  const file = join(packagesFolder, name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
}

/** The modules that a file imports; `import type` counts too, since it must be declared as well. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\b[^'";]*?from\s+'([^']+)'/gms)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)];
  const bare = [...text.matchAll(/^import\s+'([^']+)'/gm)];
  return [...specifiers, ...dynamic, ...bare].map((match) => match[1]!);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('architecture', () => {
  test('every package is on the map', () => {
    expect(readdirSync(packagesFolder).toSorted()).toEqual(Object.keys(arrows).toSorted());
  });

  test.each(Object.keys(arrows))('%s imports only what its arrows allow', (name) => {
    const allowed = new Set(arrows[name]!.map((target) => `@limber/${target}`));
    const declared = manifest(name).dependencies;
    expect(
      Object.keys(declared)
        .filter((key) => key.startsWith('@limber/'))
        .toSorted(),
    ).toEqual([...allowed].toSorted());
    const wrong = sourceFiles(name)
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
          .filter((specifier) => declared[packageOf(specifier)] === undefined)
          .map((specifier) => `${relative(root, file)} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  test('only the engine imports tfjs', () => {
    const wrong = Object.keys(arrows)
      .filter((name) => name !== 'engine')
      .flatMap(sourceFiles)
      .filter((file) => importsOf(file).some((specifier) => specifier.startsWith('@tensorflow/')));
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  test.each([
    'files',
    'keypoints',
    'synthetic',
    'dataset-builder',
    'dataset-loader',
    'evaluator',
    'runner',
  ])('installing %s brings no TensorFlow', (name) => {
    expect(
      [...installedWith(`packages/${name}`)].filter((key) => key.includes('tensorflow')),
    ).toEqual([]);
  });

  test('installing the trainer brings nothing that knows images or poses', () => {
    const installed = [...installedWith('packages/trainer')];
    const foreign = /node_modules\/(sharp|apache-arrow|@limber\/(?!engine|files))/;
    expect(installed.filter((place) => foreign.test(place))).toEqual([]);
    expect(installed).toContain('packages/engine');
  });

  test.each(Object.keys(arrows))('%s has no import cycle', (name) => {
    expect(findCycle(new Map(sourceFiles(name).map((file) => [file, relativeImports(file)])))).toBe(
      undefined,
    );
  });

  test('no file is long, and the median is short', () => {
    const lengths = Object.keys(arrows)
      .flatMap(sourceFiles)
      .filter((file) => !isTest(file))
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > maximumLines)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(medianLines);
  });

  test.each(Object.keys(arrows))('%s is published under the licence of the whole', (name) => {
    expect(readFileSync(join(packagesFolder, name, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(root, 'LICENSE'), 'utf8'),
    );
  });

  test('constants are written like other names', () => {
    const wrong = Object.keys(arrows)
      .flatMap(sourceFiles)
      .filter((file) => /^(export )?const [A-Z][A-Z0-9_]+\b/m.test(readFileSync(file, 'utf8')));
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  test('no file is named for nothing', () => {
    const names = /(^|\/)(utils?|helpers?|common|misc|types)\.ts$/;
    expect(
      Object.keys(arrows)
        .flatMap(sourceFiles)
        .filter((file) => names.test(file)),
    ).toEqual([]);
  });
});

/** The files of its package that a file imports, types included. */
function relativeImports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export)\b[^'";]*?from\s+'(\.[^']+)';/gms);
  return [...statements].map((match) => resolve(dirname(file), match[1]!));
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) {
      return [...path.slice(path.indexOf(file)), file]
        .map((step) => relative(root, step))
        .join(' → ');
    }
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

interface LockEntry {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly link?: boolean;
  readonly resolved?: string;
}

/** Every package that npm installs along with one of ours, by the lock file. */
function installedWith(start: string): Set<string> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  const seen = new Set<string>();
  const visit = (place: string): void => {
    if (seen.has(place)) return;
    seen.add(place);
    const entry = lock.packages[place]!;
    if (entry.link === true) visit(entry.resolved!);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = lookUp(place, name);
      if (found !== undefined) visit(found);
    }
  };
  const lookUp = (place: string, name: string): string | undefined => {
    const nested = `${place}/node_modules/${name}`;
    if (lock.packages[nested] !== undefined) return nested;
    const parent = place.lastIndexOf('/node_modules/');
    if (parent >= 0) return lookUp(place.slice(0, parent), name);
    const top = `node_modules/${name}`;
    return lock.packages[top] === undefined ? undefined : top;
  };
  visit(start);
  return seen;
}
