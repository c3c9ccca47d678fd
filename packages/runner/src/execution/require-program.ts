import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../pipeline-error.ts';

/** Where the programs lie that the runner starts, from this folder. */
const programs = { host: 'host.js', job: 'slurm/job.js' };

/**
 * The file of a program that the runner starts: a stage's process, or that of a job of Slurm. It is the
 * built one also when the runner runs from its sources, because Node cannot start from a `.ts` file.
 *
 * @throws {PipelineError} `runner-not-built` if it is missing.
 */
export function requireProgram(name: keyof typeof programs): string {
  const isSource = import.meta.url.endsWith('.ts');
  const built = isSource ? `../../dist/execution/${programs[name]}` : `../bundle/${name}.js`;
  const path = fileURLToPath(new URL(built, import.meta.url));
  if (existsSync(path)) return path;
  throw new PipelineError('runner-not-built', `${path} is missing. Build the runner first.`);
}
