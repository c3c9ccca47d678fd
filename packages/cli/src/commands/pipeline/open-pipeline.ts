import type { StageDefinition } from '@limber/runner';

/** A pipeline of the current folder, as the runner's functions take it. */
export interface OpenedPipeline {
  readonly file: string;
  readonly workspace: string;
  readonly stages: readonly StageDefinition[];
}

/** @param name - a pipeline of `pipelines/`, or a YAML file. */
export async function openPipeline(name: string): Promise<OpenedPipeline> {
  const { findPipeline } = await import('@limber/runner');
  const { stages } = await import('../../stages/registry.ts');
  const workspace = process.cwd();
  return { file: findPipeline(name, workspace), workspace, stages };
}
