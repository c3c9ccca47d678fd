import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

/** Why no Slurm can be started here, printed too; undefined if one can. */
export function whyNoSlurm(): string | undefined {
  const missing = ['slurmctld', 'slurmd', 'sbatch', 'munged'].filter(
    (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0,
  );
  if (missing.length === 0) return undefined;
  const why = `${missing.join(', ')} cannot be found. On Debian: apt-get install --no-install-recommends slurm-wlm munge slurm-wlm-basic-plugins`;
  console.warn(`Tests of stages on Slurm are skipped, because ${why}`);
  return why;
}

/**
 * Starts a Slurm for the tests of a file, in a folder of its own, and ends it after them.
 *
 * @param nodes - its pretend nodes; jobs whose tasks look for each other by name need one that can be found.
 */
export function useSlurm(nodes: readonly string[] = ['n1', 'n2']): void {
  const folder = mkdtempSync(join(tmpdir(), 'limber-slurm-'));
  const script = (name: string): string =>
    fileURLToPath(new URL(`../../../../../test/slurm/${name}.sh`, import.meta.url));
  beforeAll(() => {
    execFileSync(script('start-slurm'), [folder, ...nodes], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    process.env['SLURM_CONF'] = join(folder, 'slurm.conf');
  }, 180_000);
  afterAll(() => {
    execFileSync(script('stop-slurm'), [folder]);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
}
