import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, hostname } from 'node:os';
import { readMachineResources } from './resource-pool.ts';

/** What made a run, and where. */
export interface Provenance {
  /** The commit of the workspace; null where git knows none. */
  readonly commit: string | null;
  /** Whether a file that git follows differed from the commit. */
  readonly isDirty: boolean;
  readonly machine: {
    readonly host: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly gpus: readonly string[];
  };
  readonly versions: { readonly node: string; readonly limber: string };
}

/** Reads what makes a run in this workspace now. What a tool does not tell in time is left out. */
export async function readProvenance(workspace: string): Promise<Provenance> {
  const { memoryBytes, gpus } = readMachineResources(process.env);
  const [described = '', names = ''] = await Promise.all([
    ask('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], workspace),
    gpus.length === 0
      ? undefined
      : ask('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], workspace),
  ]);
  const [commit = '', dirt] = described.split('-');
  const { version: limber } = createRequire(import.meta.url)('../../package.json') as {
    readonly version: string;
  };
  return {
    commit: commit === '' ? null : commit,
    isDirty: dirt !== undefined,
    machine: {
      host: hostname(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes,
      gpus: names.split('\n').filter((name) => name !== ''),
    },
    versions: { node: process.versions.node, limber },
  };
}

const timeoutMs = 10_000;

/** What a program prints; undefined if it is not there or fails. */
function ask(program: string, words: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, words, { cwd, timeout: timeoutMs }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    );
  });
}
