import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suggestName } from '@limber/files';
import { loadDeclaration } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { listFolder } from '../store/read-if-there.ts';

const pipelinesFolder = 'pipelines';
const extension = /\.ya?ml$/;

/**
 * The file of a pipeline: `squat` is `pipelines/squat.yaml` of the workspace, and anything with an
 * ending or a slash is a file by itself.
 *
 * @throws {PipelineError} `pipeline-not-found`, naming the nearest.
 */
export function findPipeline(nameOrFile: string, workspace: string): string {
  const isFile = extension.test(nameOrFile) || nameOrFile.includes('/');
  const candidates = isFile
    ? [nameOrFile]
    : [join(pipelinesFolder, `${nameOrFile}.yaml`), join(pipelinesFolder, `${nameOrFile}.yml`)];
  const found = candidates.find((file) => existsSync(resolve(workspace, file)));
  if (found !== undefined) return found;
  const names = pipelineFiles(workspace).map((file) => file.replace(extension, ''));
  const where = join(workspace, pipelinesFolder);
  const hint =
    names.length === 0
      ? " There are none: is this your project's folder? `limber init <folder>` makes one."
      : suggestName(nameOrFile, names);
  const message = isFile
    ? `There is no pipeline file ${nameOrFile}.`
    : `There is no pipeline "${nameOrFile}" in ${where}.`;
  throw new PipelineError('pipeline-not-found', isFile ? message : message + hint, {
    where: nameOrFile,
  });
}

/** A pipeline of the workspace, as `list` shows it. */
export interface ListedPipeline {
  /** What to call it on the command line: the file's name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly stages: readonly string[];
  /** What is wrong with it, if it cannot be run. */
  readonly problem?: string;
}

/** All pipelines in the workspace's `pipelines/` folder; broken ones say what is wrong. */
export function listPipelines(options: {
  readonly workspace: string;
  readonly stages: readonly StageDefinition[];
}): ListedPipeline[] {
  return pipelineFiles(options.workspace).map((entry) => {
    const file = join(pipelinesFolder, entry);
    const name = entry.replace(extension, '');
    try {
      const pipeline = loadDeclaration({ ...options, file });
      const stages = pipeline.stages.map((stage) => stage.name);
      return { name, file, description: pipeline.description ?? '', stages };
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      return { name, file, description: '', stages: [], problem: error.message };
    }
  });
}

function pipelineFiles(workspace: string): string[] {
  return listFolder(join(workspace, pipelinesFolder)).filter((name) => extension.test(name));
}
