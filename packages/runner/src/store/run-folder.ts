import { mkdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { currentProcess, symlinkAtomicSync, writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import type { PipelineResult } from '../pipeline-result.ts';
import type { Plots } from './artifact.ts';
import { plotsSchema } from './artifact.ts';
import { listFolder, unlessMissing } from './read-if-there.ts';
import { readManifest } from './read-manifest.ts';
import type { StateFolder } from './state-folder.ts';
import { listLiveRuns } from './store-use.ts';
import { sha256Schema } from './stored-names.ts';

/** What a run folder's `run.json` says. */
export type RunSummary = Omit<PipelineResult, 'outcome'> & {
  /** `running` stays there when the runner was killed. */
  readonly outcome: PipelineResult['outcome'] | 'running';
  /** The runner's process. */
  readonly process: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What whoever started the run says that it is made with, once it has ended. */
  readonly provenance?: object;
  /** What each stage was given. */
  readonly params: Readonly<Record<string, unknown>>;
};

const metricsSchema = z.record(z.string(), z.number());

/** What is used of it; the rest is for people. */
const summarySchema = z.looseObject({
  outcome: z.enum(['done', 'failed', 'interrupted', 'running']),
  stages: z.array(
    z.looseObject({
      name: z.string(),
      fingerprint: sha256Schema.nullable(),
      metrics: metricsSchema,
      outputs: z.record(z.string(), z.string()),
    }),
  ),
  metrics: metricsSchema,
  seconds: z.number(),
  process: z.string(),
  startedAt: z.string(),
  params: z.record(z.string(), z.unknown()),
}) as unknown as ZodType<RunSummary>;

/**
 * Creates the folder of a run, named by the time in UTC.
 *
 * @returns its absolute path.
 */
export function createRunFolder(state: StateFolder, pipeline: string, startedAt: Date): string {
  const all = join(state.runs, pipeline);
  mkdirSync(all, { recursive: true });
  const time = startedAt.toISOString().replaceAll(':', '-').replace(/\.\d+/, '');
  for (let number = 1; ; number++) {
    const name = number === 1 ? time : `${time}-${number}`;
    try {
      mkdirSync(join(all, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    mkdirSync(join(all, name, 'logs'));
    return join(all, name);
  }
}

/** Lets the link `latest` lead to a run that succeeded. */
export function pointLatestTo(folder: string): void {
  symlinkAtomicSync(basename(folder), join(dirname(folder), 'latest'));
}

/** Writes a run's `run.json`. */
export function writeRunSummary(folder: string, summary: Omit<RunSummary, 'process'>): void {
  const text = JSON.stringify({ ...summary, process: currentProcess() }, undefined, 2);
  writeFileAtomicSync(join(folder, 'run.json'), `${text}\n`);
}

/** Reads a run's `run.json`; undefined if there is none, or it is damaged. */
export function readRunSummary(folder: string): RunSummary | undefined {
  return readManifest(join(folder, 'run.json'), summarySchema);
}

/** Writes what the stages of a run plotted, stage by stage. */
export function writeRunPlots(folder: string, plots: Readonly<Record<string, Plots>>): void {
  writeFileAtomicSync(join(folder, 'plots.json'), `${JSON.stringify(plots)}\n`);
}

/** Reads what {@link writeRunPlots} wrote; nothing if there is none. */
export function readRunPlots(folder: string): Readonly<Record<string, Plots>> {
  return readManifest(join(folder, 'plots.json'), z.record(z.string(), plotsSchema)) ?? {};
}

/** A run that left a folder. */
export interface PastRun {
  /** Of its folder. */
  readonly name: string;
  readonly summary: RunSummary;
  /** `killed`: its runner ended without a word, which the summary does not know. */
  readonly outcome: RunSummary['outcome'] | 'killed';
}

/** A pipeline's runs, the earliest first. */
export function listRuns(state: StateFolder, pipeline: string): PastRun[] {
  const folder = join(state.runs, pipeline);
  const live = listLiveRuns(state);
  return listFolder(folder).flatMap((name) => {
    const summary = name === 'latest' ? undefined : readRunSummary(join(folder, name));
    return summary === undefined ? [] : [{ name, summary, outcome: outcomeOf(summary, live) }];
  });
}

/** A run has a private folder as long as it lives, which the next one removes if it was killed, wherever that was. */
function outcomeOf({ outcome, process }: RunSummary, live: readonly string[]): PastRun['outcome'] {
  const isLive = live.some((run) => run.startsWith(`${process}~`));
  return outcome === 'running' && !isLive ? 'killed' : outcome;
}

/** The folder of a pipeline's last run that succeeded, if there is one. */
export function latestRunFolder(state: StateFolder, pipeline: string): string | undefined {
  const folder = join(state.runs, pipeline);
  return unlessMissing(() => resolve(folder, readlinkSync(join(folder, 'latest'))));
}
