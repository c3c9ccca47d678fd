import { dirname, relative, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';
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
  let paths: readonly string[] = [resolve(options.workspace, options.file)];
  while (!signal.aborted) {
    const watched = await watchPaths(resolve(options.workspace), () => listWatched(options, paths));
    paths = watched.paths;
    try {
      const outcome = await runOnce(options);
      onRun(outcome);
      if (!(outcome instanceof PipelineError) && outcome.outcome === 'interrupted') return;
      await Promise.race([watched.changed, abortOf(signal)]);
    } finally {
      await watched.watcher.close();
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

function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

/** All files and folders that a run depends on; those of before while the pipeline is wrong. */
async function listWatched(
  options: WatchPipelineOptions,
  before: readonly string[],
): Promise<readonly string[]> {
  const workspace = resolve(options.workspace);
  const cache = openDigestCache(stateFolder(workspace).digestCache);
  try {
    const { files, stages } = await loadPipeline({ ...options, workspace });
    // A file that is to come may belong to a list.
    const inputs = stages.flatMap((stage) =>
      stage.inputs.flatMap((input) => {
        if (input.type !== 'files') return [];
        const folders = input.isList ? input.paths.map(dirname) : [];
        return [...input.paths, ...folders.filter((folder) => folder !== workspace)];
      }),
    );
    const modules = stages.flatMap(({ action }) =>
      action.type === 'module' ? [action.definition.module] : [],
    );
    const code = await Promise.all(
      [...new Set(modules)].map((module) => readStageCode(module, workspace, cache)),
    );
    const sources = code.flat().flatMap((part) => (part.type === 'file' ? [part.path] : []));
    return [...new Set([...files, ...inputs, ...sources])].sort();
  } catch (error) {
    if (error instanceof PipelineError) return before;
    throw error;
  }
}

/** What lies in a folder that is watched, and is not read from there. */
const ignored = /(^|\/)(node_modules|\.git|\.limber)(\/|$)/;

/** Begins again if the list has changed until its watching began. */
async function watchPaths(
  workspace: string,
  list: () => Promise<readonly string[]>,
): Promise<{
  readonly watcher: FSWatcher;
  readonly paths: readonly string[];
  readonly changed: Promise<void>;
}> {
  const { watch } = await import('chokidar');
  for (;;) {
    const paths = await list();
    const watcher = watch([...paths], {
      ignoreInitial: true,
      ignored: (path) => ignored.test(relative(workspace, path)),
    });
    const changed = new Promise<void>((done) => {
      const settle = (): void => void setTimeout(done, settlingMs);
      watcher.on('all', settle).on('error', settle);
    });
    await new Promise<void>((done) => watcher.once('ready', done));
    if ((await list()).join('\n') === paths.join('\n')) return { watcher, paths, changed };
    await watcher.close();
  }
}
