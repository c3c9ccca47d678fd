import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Scripts of the shell that stand for the tools that setting up the engine calls. */
export interface Tools {
  /** `pip download`, run by a Python that has pip. */
  readonly download: string;
  /** npm; one without a network by default. */
  readonly npm?: string;
  /** Commands that fail whatever they are asked. */
  readonly broken?: readonly string[];
}

/**
 * Writes tools into `<folder>/bin`, in place of those that are there.
 *
 * @returns a PATH that has them, and besides them what belongs to the system.
 */
export function placeTools(
  folder: string,
  { download, npm = 'exit 1', broken = [] }: Tools,
): string {
  const bin = join(folder, 'bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  const python3 = `case "$*" in *--version) exit 0 ;; esac\n${download}`;
  const failing = Object.fromEntries(broken.map((name) => [name, 'exit 1']));
  const scripts = { python3, 'g++': 'exit 0', npm, ...failing };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return `${bin}:/bin`;
}
