import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { quoteForShell } from '../../terminal/quote-for-shell.ts';

/** What a run is made with, and where; in its `run.json`. */
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
  /** What makes the same again, in this workspace. */
  readonly command: string;
}

/** What a run is asked for. */
export interface RunRequest {
  /** The pipeline, as it was named. */
  readonly name: string;
  /** `key=value` texts. */
  readonly set: readonly string[];
}

/** Reads what a run in this workspace is made with now. What a tool does not tell in time is left out. */
export async function readProvenance(
  workspace: string,
  { name, set }: RunRequest,
): Promise<Provenance> {
  const [described, gpus] = await Promise.all([
    ask('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], workspace),
    ask('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], workspace),
  ]);
  const [commit, dirt] = described[0]?.split('-') ?? [];
  const require = createRequire(import.meta.url);
  const { version } = require('@limber/cli/package.json') as { readonly version: string };
  return {
    commit: commit ?? null,
    isDirty: dirt !== undefined,
    machine: {
      host: hostname(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      gpus,
    },
    versions: { node: process.versions.node, limber: version },
    command: ['npx limber pipeline run', quoteForShell(name), ...set.map(toOption)].join(' '),
  };
}

function toOption(text: string): string {
  return `--set ${quoteForShell(text)}`;
}

const timeoutMs = 10_000;

/** The lines that a program prints; none if it is not there or fails. */
function ask(program: string, words: readonly string[], cwd: string): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(program, words, { cwd, timeout: timeoutMs }, (error, stdout) =>
      resolve(error === null ? stdout.split('\n').filter((line) => line !== '') : []),
    );
  });
}
