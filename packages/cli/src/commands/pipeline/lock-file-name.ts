/** The lock file of a pipeline's file: `pipelines/squat.lock`. */
export function lockFileOf(pipelineFile: string): string {
  return `${pipelineFile.replace(/\.ya?ml$/, '')}.lock`;
}
