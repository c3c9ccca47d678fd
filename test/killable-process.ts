import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** When a process is ended: so many milliseconds after it has said a word so often. */
export interface Moment {
  readonly phase: string;
  readonly occurrence: number;
  readonly delayMs: number;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly said: readonly string[];
  /** Words after the signal was sent. */
  readonly saidAfter: readonly string[];
  readonly stderr: string;
}

/**
 * Runs a command that says words on its standard output, one a line, and sends it signals at a moment.
 *
 * @param options.folder - where it works; it is made.
 */
export async function runUntil(
  moment: Moment | null,
  {
    folder,
    command: [program, ...words],
    signals = ['SIGKILL'],
  }: {
    readonly folder: string;
    readonly command: readonly string[];
    readonly signals?: readonly NodeJS.Signals[];
  },
): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  let seen = 0;
  let hasSent = false;
  const said: string[] = [];
  const saidAfter: string[] = [];
  const send = (): void => {
    hasSent = true;
    for (const signal of signals) child.kill(signal);
  };
  for await (const word of createInterface({ input: child.stdout })) {
    said.push(word);
    if (hasSent) saidAfter.push(word);
    if (moment === null || word !== moment.phase || ++seen !== moment.occurrence) continue;
    if (moment.delayMs === 0) send();
    else setTimeout(send, moment.delayMs);
  }
  return { exitCode: await ended, said, saidAfter, stderr };
}

/** SHA-256 of every file below a folder: checkpoints with their best-k table, metrics. */
export function digests(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => {
      const bytes = readFileSync(join(folder, name));
      return [name, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}
