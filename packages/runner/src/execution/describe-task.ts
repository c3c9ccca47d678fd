import { join } from 'node:path';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { ensureView } from '../store/view.ts';
import type { Upstream } from './assess-stage.ts';
import type { HostTask } from './host-protocol.ts';

/** What a stage's process is told, and the variables it finds in its environment. */
export interface TaskDescription {
  readonly task: HostTask;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Puts together what a stage is given. A command finds it in its environment: `LIMBER_INPUT_<NAME>`
 * and `LIMBER_OUTPUT_<NAME>` (absolute paths; the paths of a list one on each line),
 * `LIMBER_PARAM_<NAME>` (text as it is, anything else as JSON) and `LIMBER_WORK_DIR`. Names are in
 * upper case, with `_` for what is neither letter nor digit.
 */
export function describeTask(
  stage: ResolvedStage,
  given: {
    readonly outputs: Readonly<Record<string, string>>;
    readonly workDir: string;
    readonly state: StateFolder;
    readonly upstream: (stage: string) => Upstream;
  },
): TaskDescription {
  const { outputs, workDir } = given;
  const inputs = Object.fromEntries(
    stage.inputs.map((input) => [input.name, locateInput(input, given)]),
  );
  if (stage.action.type === 'module') {
    const { name, params } = stage;
    const context = { name, params, inputs, outputs, workDir };
    const { module } = stage.action.definition;
    return { task: { type: 'module', module, context }, variables: {} };
  }
  const params = Object.entries(stage.params as Record<string, unknown>).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const variables = {
    ...prefixed('LIMBER_INPUT', Object.entries(inputs)),
    ...prefixed('LIMBER_OUTPUT', Object.entries(outputs)),
    ...prefixed('LIMBER_PARAM', params),
    LIMBER_WORK_DIR: workDir,
  };
  return { task: { type: 'command', command: stage.action.command }, variables };
}

function locateInput(
  input: ResolvedStage['inputs'][number],
  { state, upstream }: Parameters<typeof describeTask>[1],
): string {
  if (input.type === 'files') return input.paths.join('\n');
  const source = upstream(input.stage);
  if (source.type !== 'settled') throw new Error(`Stage "${input.stage}" has no outputs yet.`);
  return join(ensureView(state, source.artifact.outputs[input.output]!), input.subpath);
}

function prefixed(
  prefix: string,
  entries: readonly (readonly [string, string])[],
): Record<string, string> {
  return Object.fromEntries(
    entries.map(([name, value]) => [
      `${prefix}_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
      value,
    ]),
  );
}
