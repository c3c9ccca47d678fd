import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medianOf } from './median.ts';

/** What is measured. */
export interface BenchRerunOptions {
  /** Numbers of stages. */
  readonly sizes: readonly number[];
  readonly filesPerStage: number;
  /** How often each rerun is measured; the median counts. */
  readonly repeats: number;
  /** Whether Nx does the same with the same files. */
  readonly withNx: boolean;
  readonly onProgress: (line: string) => void;
}

/** How long a run takes that has nothing to do, as a whole process. */
export interface RerunMeasurement {
  readonly stages: number;
  readonly files: number;
  /** The run that did everything. */
  readonly firstSeconds: number;
  /** The first rerun: it looks closely at everything, and keeps its answer. */
  readonly closeSeconds: number;
  /** Median of the reruns after it. */
  readonly seconds: number;
  /** The same for `nx run-many`; null where it was not asked for or is not installed. */
  readonly nxSeconds: number | null;
}

/**
 * Measures reruns with nothing to do, each a process of its own: a binary tree of stages in which
 * each reads a folder of its own and the output of the stage above it.
 */
export async function benchRerun(options: BenchRerunOptions): Promise<RerunMeasurement[]> {
  const measurements: RerunMeasurement[] = [];
  for (const stages of options.sizes) measurements.push(await measure(stages, options));
  return measurements;
}

async function measure(
  stages: number,
  { filesPerStage, repeats, withNx, onProgress }: BenchRerunOptions,
): Promise<RerunMeasurement> {
  const workspace = await mkdtemp(join(tmpdir(), 'limber-bench-'));
  try {
    await writeInputs(workspace, stages, filesPerStage);
    await writePipeline(workspace, stages);
    const limber = fileURLToPath(new URL('../../../bin/limber.js', import.meta.url));
    const run = [limber, 'pipeline', 'run', 'bench'];
    onProgress(`${stages} stages, first run`);
    const firstSeconds = time(run, workspace);
    onProgress(`${stages} stages, ${repeats} reruns`);
    const closeSeconds = time(run, workspace);
    const seconds = medianOf(Array.from({ length: repeats }, () => time(run, workspace)));
    const nx = withNx ? findNx() : undefined;
    const nxSeconds = nx === undefined ? null : await measureNx(nx, workspace, { stages, repeats });
    const files = stages * filesPerStage;
    return { stages, files, firstSeconds, closeSeconds, seconds, nxSeconds };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

const folderOf = (stage: number): string => join('stages', `s${stage}`);
const aboveOf = (stage: number): number => (stage - 1) >> 1;

async function writeInputs(workspace: string, stages: number, files: number): Promise<void> {
  for (let stage = 0; stage < stages; stage++) {
    const folder = join(workspace, folderOf(stage), 'data');
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: files }, (_, file) => `${file}.txt`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), `${stage} ${name}`)));
  }
}

async function writePipeline(workspace: string, stages: number): Promise<void> {
  const entries = Array.from({ length: stages }, (_, stage) => {
    const above = stage === 0 ? '' : `, above: '\${{ stages.s${aboveOf(stage)}.out }}'`;
    return `  s${stage}:
    run: echo done > "$LIMBER_OUTPUT_OUT"
    inputs: { data: ${folderOf(stage)}/data${above} }
    outputs: [out]
`;
  });
  await mkdir(join(workspace, 'pipelines'));
  const text = `name: bench\nstages:\n${entries.join('')}`;
  await writeFile(join(workspace, 'pipelines', 'bench.yaml'), text);
}

const nxCommand = join('.bin', 'nx');

/** The folder of packages above this one that holds Nx. */
function findNx(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const packages = join(folder, 'node_modules');
    if (existsSync(join(packages, nxCommand))) return packages;
    if (dirname(folder) === folder) return undefined;
  }
}

async function measureNx(
  packages: string,
  workspace: string,
  { stages, repeats }: { readonly stages: number; readonly repeats: number },
): Promise<number> {
  const json = (path: string, value: unknown): Promise<void> =>
    writeFile(join(workspace, path), JSON.stringify(value));
  await symlink(packages, join(workspace, 'node_modules'));
  await json('package.json', { name: 'bench', private: true });
  await json('nx.json', {
    analytics: false,
    neverConnectToCloud: true,
    useDaemonProcess: false,
    tui: { enabled: false },
    cacheDirectory: '.nx/cache',
  });
  for (let stage = 0; stage < stages; stage++) {
    const target = {
      command: 'echo done > out',
      options: { cwd: folderOf(stage) },
      cache: true,
      dependsOn: ['^build'],
      inputs: ['{projectRoot}/data/**/*'],
      outputs: ['{projectRoot}/out'],
    };
    await json(join(folderOf(stage), 'project.json'), {
      name: `s${stage}`,
      implicitDependencies: stage === 0 ? [] : [`s${aboveOf(stage)}`],
      targets: { build: target },
    });
  }
  const run = [join(packages, nxCommand), 'run-many', '-t', 'build', '--parallel=4'];
  time(run, workspace);
  return medianOf(Array.from({ length: repeats }, () => time(run, workspace)));
}

/** Seconds that a Node process takes. */
function time(words: readonly string[], workspace: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: workspace,
    env: { ...process.env, NX_DAEMON: 'false', CI: 'true' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  return seconds;
}
