import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { isMap, mergeMaps } from '../json.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseYamlOnce } from './parsed-yaml.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';
import { maxCharacters } from './yaml-source.ts';

/** A pipeline's text, the files it extends laid under it. */
export interface PipelineSource extends YamlSource {
  /** As shown in messages: relative to the workspace where possible. */
  readonly label: string;
  /** Absolute paths of all files that were read. */
  readonly files: readonly string[];
}

/**
 * Reads a pipeline's file, and under it the one that its `extends` names (relative to the file, and
 * inside the workspace), whose own `extends` counts as well.
 *
 * Maps are laid over each other key by key, anything else is replaced, and a stage that is `null`
 * is taken away. Every value keeps the place of the file that wrote it.
 *
 * @throws {PipelineError} `pipeline-not-found` if the file itself is missing.
 */
export function readSource(
  file: string,
  workspace: string,
  diagnostics: Diagnostic[],
): PipelineSource | undefined {
  const path = resolve(workspace, file);
  const label = labelOf(path, workspace);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new PipelineError('pipeline-not-found', `There is no pipeline file ${label || file}.`, {
      where: label,
    });
  }
  return readLayers(path, [], { workspace, diagnostics });
}

interface ReadContext {
  readonly workspace: string;
  readonly diagnostics: Diagnostic[];
}

/** @param above - the files that extend this one. */
function readLayers(
  path: string,
  above: readonly string[],
  context: ReadContext,
): PipelineSource | undefined {
  const { workspace, diagnostics } = context;
  const label = labelOf(path, workspace);
  const { size } = statSync(path);
  if (size > 4 * maxCharacters) {
    const message = `A pipeline file holds at most ${maxCharacters} characters, this one holds ${size} bytes.`;
    diagnostics.push({ message, where: { label: `${label}:1:1` } });
    return undefined;
  }
  const source = parseYamlOnce(readFileSync(path, 'utf8'), label, context);
  if (source === undefined) return undefined;
  const own: PipelineSource = { ...source, label, files: [path] };
  const { extends: base } = isMap(source.value) ? source.value : {};
  if (typeof base !== 'string') return own;
  const basePath = resolve(dirname(path), base);
  const problem = findBaseProblem({ base, path: basePath }, [...above, path], workspace);
  if (problem !== undefined) {
    diagnostics.push({ message: problem, where: source.at(['extends']) });
    return undefined;
  }
  const under = readLayers(basePath, [...above, path], context);
  return under && layer(own, under);
}

function findBaseProblem(
  { base, path }: { readonly base: string; readonly path: string },
  above: readonly string[],
  workspace: string,
): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return `The pipeline extends "${base}", but there is no such file (${path}).`;
  }
  if (!realpathSync(path).startsWith(realpathSync(workspace) + sep)) {
    return `The pipeline extends "${base}", which lies outside the workspace ${workspace}.`;
  }
  if (!above.includes(path)) return undefined;
  const cycle = [...above.slice(above.indexOf(path)), path];
  const labels = cycle.map((file) => labelOf(file, workspace));
  return `Pipelines extend each other in a cycle: ${labels.join(' → ')}.`;
}

function layer(upper: PipelineSource, under: PipelineSource): PipelineSource {
  const owner = (path: YamlPath): YamlSource =>
    !upper.has(path) && under.has(path) ? under : upper;
  return {
    label: upper.label,
    files: [...upper.files, ...under.files],
    value: mergePipelines(upper.value, under.value),
    at: (path, wanted) => owner(path).at(path, wanted),
    has: (path) => upper.has(path) || under.has(path),
  };
}

/** A name is a pipeline's own: what is remembered of its stages is filed under it. */
function mergePipelines(upper: unknown, under: unknown): unknown {
  if (!isMap(upper) || !isMap(under)) return upper;
  const { name: _name, extends: _extends, ...inherited } = under;
  const merged = mergeMaps(upper, inherited) as Record<string, unknown>;
  const stages = merged['stages'];
  if (!isMap(stages)) return merged;
  const kept = Object.entries(stages).filter(([, stage]) => stage !== null);
  return { ...merged, stages: Object.fromEntries(kept) };
}

function labelOf(path: string, workspace: string): string {
  const shown = relative(workspace, path);
  return shown.startsWith('..') || isAbsolute(shown) ? path : shown;
}
