import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medianOf } from './median.ts';
import type { KeypointSetOptions } from './write-keypoint-set.ts';
import { writeKeypointSet } from './write-keypoint-set.ts';

/** What is measured. */
export interface EvaluateBenchmarkOptions extends KeypointSetOptions {
  /** How often the set is evaluated; the median counts. */
  readonly repeats: number;
}

/** How long `limber evaluate` takes, from the start of the process to its end. */
export interface EvaluateBenchmark {
  readonly images: number;
  readonly annotations: number;
  readonly results: number;
  readonly repeats: number;
  /** Median. */
  readonly seconds: number;
  /** The most main memory that the process held, in a run that was not timed. */
  readonly peakBytes: number;
  /** The same for the same seed and sizes. */
  readonly AP: number;
}

/**
 * Measures `limber evaluate` on random persons and results, each time as a process of its own.
 *
 * @throws {LimberError} `invalid-argument` if there are fewer persons than images.
 */
export async function benchEvaluate(options: EvaluateBenchmarkOptions): Promise<EvaluateBenchmark> {
  const { images, persons, detections, repeats } = options;
  const folder = await mkdtemp(join(tmpdir(), 'limber-bench-'));
  try {
    const { annotationFile, resultFile } = await writeKeypointSet(folder, options);
    const words = ['--annotations', annotationFile, '--results', resultFile, '--json'];
    const { peakBytes, AP } = evaluate(words, reportMemory);
    const seconds = Array.from({ length: repeats }, () => evaluate(words).seconds);
    return {
      images,
      annotations: persons,
      results: images * detections,
      repeats,
      seconds: medianOf(seconds),
      peakBytes,
      AP,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Standard input, output and errors come before it. */
const memoryDescriptor = 3;

/** Has a process say at its end how many bytes it held at most. */
const reportMemory = [
  '--import',
  `data:text/javascript,import { writeSync } from 'node:fs';
   process.on('exit', () =>
     writeSync(${memoryDescriptor}, String(process.resourceUsage().maxRSS * 1024)));`,
];

function evaluate(
  words: readonly string[],
  nodeOptions: readonly string[] = [],
): { seconds: number; peakBytes: number; AP: number } {
  const limber = fileURLToPath(new URL('../../../bin/limber.js', import.meta.url));
  const started = performance.now();
  const { status, stdout, stderr, output } = spawnSync(
    process.execPath,
    [...nodeOptions, limber, 'evaluate', ...words],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`limber evaluate ended with ${status}: ${stderr}`);
  const { AP } = JSON.parse(stdout) as { AP: number };
  return { seconds, peakBytes: Number(output[memoryDescriptor]), AP };
}
