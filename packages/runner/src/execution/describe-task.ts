import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { variableOf } from '../parsing/command-variables.ts';
import type { ResolvedInput, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { referenceVariable, toShellCommand } from '../parsing/shell-command.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { View } from '../store/view.ts';
import { buildFolder, ensureView, rememberView } from '../store/view.ts';
import type { StageTask } from './stage-task.ts';
import type { ReaderContext, Upstream } from './stored-part.ts';
import { collectEntries, outputOf } from './stored-part.ts';

/** The task that an executor gets, and the variables that it finds in its environment. */
export interface TaskDescription {
  readonly task: StageTask;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Puts together what a stage is given. A command finds it in its environment: `LIMBER_INPUT_<NAME>`
 * and `LIMBER_OUTPUT_<NAME>` (absolute paths; the paths of a list one on each line),
 * `LIMBER_PARAM_<NAME>` (text as it is, anything else as JSON) and `LIMBER_WORK_DIR`. Names are in
 * upper case, with `_` for what is neither letter nor digit.
 */
export async function describeTask(
  stage: ResolvedStage,
  given: {
    readonly outputs: Readonly<Record<string, string>>;
    readonly workDir: string;
    /** Private to the stage. */
    readonly folder: string;
    /** Undefined where the executor says which. */
    readonly gpus: readonly string[] | undefined;
    readonly state: StateFolder;
    readonly upstream: (stage: string) => Upstream;
    /** Ends the building of the inputs. */
    readonly signal: AbortSignal;
  },
): Promise<TaskDescription> {
  const { outputs, workDir, gpus } = given;
  const reading = { ...given, reader: stage.name };
  const inputs: Record<string, string> = {};
  for (const input of stage.inputs) inputs[input.name] = await locateInput(input, reading);
  const devices: Record<string, string> =
    stage.resources.gpu > 0 && gpus !== undefined ? { CUDA_VISIBLE_DEVICES: gpus.join(',') } : {};
  if (stage.action.type === 'module') {
    const { name, params } = stage;
    const context = { name, params, inputs, outputs, workDir };
    const { module } = stage.action.definition;
    return { task: { type: 'module', module, context }, variables: devices };
  }
  const params = Object.entries(stage.params as Record<string, unknown>).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const variables = {
    ...devices,
    ...named('INPUT', Object.entries(inputs)),
    ...named('OUTPUT', Object.entries(outputs)),
    ...named('PARAM', params),
    ...Object.fromEntries(
      stage.action.values.map(({ value }, index) => [referenceVariable(index), value]),
    ),
    LIMBER_WORK_DIR: workDir,
  };
  const { command } = toShellCommand(stage.action.command);
  return { task: { type: 'command', command }, variables };
}

async function locateInput(
  input: ResolvedInput,
  reading: ReaderContext & { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const { state, signal } = reading;
  switch (input.type) {
    case 'files':
      return input.paths.join('\n');
    case 'output': {
      const view = await ensureView(state, outputOf(input, reading), signal);
      if (view !== undefined) return join(view.path, input.subpath);
      throw new Error(
        `Stage "${reading.reader}" cannot read "${input.stage}/${input.output}": the store has lost it. Run again to make it anew.`,
      );
    }
    case 'collection': {
      const view = collectionView(input, reading);
      // One that is there is that of the work that is joined, which may be reading it.
      if (existsSync(view.path)) return view.path;
      mkdirSync(dirname(view.path), { recursive: true });
      await buildFolder(state, view, signal);
      rememberView(state, view);
      return view.path;
    }
  }
}

/** The folder that is made for a stage of several other stages' outputs. */
export function collectionView(
  input: Extract<ResolvedInput, { type: 'collection' }>,
  reading: ReaderContext & { readonly folder: string },
): View {
  const path = join(reading.folder, 'inputs', input.name);
  return { path, root: path, entries: collectEntries(input, reading) };
}

function named(
  kind: Parameters<typeof variableOf>[0],
  entries: readonly (readonly [string, string])[],
): Record<string, string> {
  return Object.fromEntries(entries.map(([name, value]) => [variableOf(kind, name), value]));
}
