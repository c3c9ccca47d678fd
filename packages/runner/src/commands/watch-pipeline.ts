import type { FSWatcher } from 'node:fs';
import { statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDigestCache } from '../fingerprints/digest-cache.ts';
import { readStageCode } from '../fingerprints/stage-code.ts';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import { stateFolder } from '../store/state-folder.ts';

/** What to watch, and whom to tell. */
export interface WatchPipelineOptions extends Omit<RunPipelineOptions, 'dryRun'> {
  /** Ends the watching. */
  readonly signal: AbortSignal;
  /** The pipeline ran, or is wrong as it stands. */
  readonly onRun: (outcome: PipelineResult | PipelineError) => void;
}

/** Editors write a file in several steps; what comes within this time is one change. */
const settlingMs = 100;

/**
 * Runs a pipeline, and again whenever one of its files, of the files that its stages read, or of
 * those that their code is made of changes. What was not reached by the change is not run again.
 *
 * Ends when `signal` is aborted or a run is interrupted.
 */
export async function watchPipeline(options: WatchPipelineOptions): Promise<void> {
  const { signal, onRun } = options;
  let paths = [resolve(options.workspace, options.file)];
  while (!signal.aborted) {
    paths = await listWatched(options, paths);
    const watched = watchPaths(paths, signal);
    try {
      const outcome = await runOnce(options);
      onRun(outcome);
      const isOver = !(outcome instanceof PipelineError) && outcome.outcome === 'interrupted';
      if (isOver) return;
      await watched.changed;
      await delay(settlingMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      watched.close();
    }
  }
}

async function runOnce(options: WatchPipelineOptions): Promise<PipelineResult | PipelineError> {
  try {
    return await runPipeline(options);
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
}

/** All files and folders that a run depends on; those of before while the pipeline is wrong. */
async function listWatched(
  options: WatchPipelineOptions,
  before: readonly string[],
): Promise<string[]> {
  const workspace = resolve(options.workspace);
  const cache = openDigestCache(stateFolder(workspace).digestCache);
  try {
    const { files, stages } = await loadPipeline({ ...options, workspace });
    const inputs = stages.flatMap((stage) =>
      stage.inputs.flatMap((input) => (input.type === 'files' ? input.paths : [])),
    );
    const modules = stages.flatMap(({ action }) =>
      action.type === 'module' ? [action.definition.module] : [],
    );
    const code = await Promise.all(
      [...new Set(modules)].map((module) => readStageCode(module, workspace, cache)),
    );
    const sources = code.flat().flatMap((part) => (part.type === 'file' ? [part.path] : []));
    return [...new Set([...files, ...inputs, ...sources])];
  } catch (error) {
    if (error instanceof PipelineError) return [...before];
    throw error;
  }
}

/** Files are watched through their folders, because editors replace them. */
function watchPaths(
  paths: readonly string[],
  signal: AbortSignal,
): { readonly changed: Promise<void>; readonly close: () => void } {
  const names = new Map<string, Set<string>>();
  const folders: string[] = [];
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) folders.push(path);
    else {
      const folder = dirname(path);
      names.set(folder, (names.get(folder) ?? new Set()).add(basename(path)));
    }
  }
  const watchers: FSWatcher[] = [];
  const closing = new AbortController();
  const changed = new Promise<void>((resolveChange) => {
    const done = (): void => resolveChange();
    signal.addEventListener('abort', done, { once: true, signal: closing.signal });
    for (const folder of folders) watchers.push(watch(folder, { recursive: true }, done));
    for (const [folder, own] of names) {
      watchers.push(watch(folder, (_, name) => void (name !== null && own.has(name) && done())));
    }
    for (const watcher of watchers) watcher.on('error', done);
  });
  const close = (): void => {
    closing.abort();
    for (const watcher of watchers) watcher.close();
  };
  return { changed, close };
}
