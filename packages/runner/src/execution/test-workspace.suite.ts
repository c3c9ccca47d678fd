import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { PipelineResult, StageOutcome } from '../pipeline-result.ts';
import type { StageDefinition } from '../stage-definition.ts';
import type { RunPipelineOptions } from './run-pipeline.ts';
import { runPipeline } from './run-pipeline.ts';

/** A throw-away folder with stages and a pipeline that takes milliseconds to run. */
export interface TestWorkspace {
  readonly root: string;
  readonly stages: readonly StageDefinition[];
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  readonly run: (options?: Partial<RunPipelineOptions>) => Promise<PipelineResult>;
}

/** The stages as files, so that a test can start a runner in a process of its own. */
export const testStages: Readonly<Record<string, string>> = {
  /** Writes its params and the content of all its inputs to the output `text`. */
  'stages/join.mjs': `
    import { readFileSync, statSync, readdirSync, writeFileSync } from 'node:fs';
    import { label } from './label.mjs';
    const read = (path) => statSync(path).isFile()
      ? readFileSync(path, 'utf8')
      : readdirSync(path).sort().map((name) => read(path + '/' + name)).join('+');
    export default { async run({ params, inputs, outputs, report }) {
      if (params.fail) throw Object.assign(new Error(params.fail), { exitCode: params.exitCode });
      const texts = Object.keys(inputs).sort().map((name) => read(inputs[name]));
      const text = label(params.word ?? '') + '(' + texts.join(',') + ')';
      writeFileSync(outputs.text, text);
      report({ length: text.length });
    } };`,
  'stages/label.mjs': `export const label = (word) => word;\n`,
  /** Counts epochs in its working folder; tells the test when it is in the epoch PAUSE_AT, and stays. */
  'stages/count.mjs': `
    import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    import { connect } from 'node:net';
    export default { async run({ params, outputs, workDir, signal, progress }) {
      const file = workDir + '/epoch';
      const start = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      for (let epoch = start; epoch < params.epochs; epoch++) {
        if (String(epoch) === process.env.PAUSE_AT) {
          writeFileSync(outputs.model, 'half');
          const socket = connect(process.env.PAUSE_SOCKET);
          socket.on('error', () => {});
          socket.write(String(process.pid));
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          writeFileSync(workDir + '/saved', '');
          throw signal.reason;
        }
        writeFileSync(file, String(epoch + 1));
        progress('epoch ' + (epoch + 1));
      }
      writeFileSync(outputs.model, 'lr ' + params.lr + ', epochs ' + start + ' to ' + params.epochs);
    } };`,
};

/** Two sides of a diamond, and a file of the user's at its top. */
export const diamondPipeline = `name: diamond
params:
  left: { word: l }
  right: l
stages:
  top:
    uses: join
    inputs: { source: data/source.txt }
    with: { word: t }
    outputs: [text]
  left:
    uses: join
    inputs: { top: '\${{ stages.top.text }}' }
    with: \${{ params.left }}
    outputs: [text]
  right:
    uses: join
    inputs: { top: '\${{ stages.top.text }}', extra: data/folder }
    with: { word: '\${{ params.right }}' }
    outputs: [text]
  bottom:
    uses: join
    inputs: { l: '\${{ stages.left.text }}', r: '\${{ stages.right.text }}' }
    outputs: { text: final/text.txt }
`;

/** A resumable stage and one that reads it. */
export const trainingPipeline = `name: training
params:
  train: { epochs: 4, lr: 0.1 }
stages:
  train:
    uses: count
    with: \${{ params.train }}
    outputs: [model]
  after:
    uses: join
    inputs: { model: '\${{ stages.train.model }}' }
    outputs: [text]
`;

/** A stage that makes a folder and a file, and one that reads both and does `edit` meanwhile. */
export function editingPipeline(edit: string): string {
  return `name: editing
stages:
  make:
    run: mkdir -p "$LIMBER_OUTPUT_TREE/sub" && echo one > "$LIMBER_OUTPUT_TREE/sub/a.txt" && echo two > "$LIMBER_OUTPUT_FILE"
    outputs: [tree, file]
  edit:
    run: ${edit}; touch "$LIMBER_OUTPUT_DONE"
    inputs: { tree: '\${{ stages.make.tree }}', file: '\${{ stages.make.file }}' }
    outputs: [done]
`;
}

/** Makes a workspace with the test stages and `pipeline` in `pipeline.yaml`. */
export function createTestWorkspace(pipeline: string): TestWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'limber-runner-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(testStages)) write(path, text);
  write('pipeline.yaml', pipeline);
  write('data/source.txt', 's');
  write('data/folder/a.txt', 'a');
  write('data/folder/b.txt', 'b');
  const stages = testDefinitions(root);
  return {
    root,
    stages,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    run: (options = {}) =>
      runPipeline({
        file: 'pipeline.yaml',
        stages,
        workspace: root,
        onEvent: () => undefined,
        ...options,
      }),
  };
}

/** The definitions of the test stages in a workspace. */
export function testDefinitions(root: string): StageDefinition[] {
  const module = (name: string): string => pathToFileURL(join(root, 'stages', name)).href;
  return [
    {
      name: 'join',
      module: module('join.mjs'),
      params: z.strictObject({
        word: z.string().optional(),
        fail: z.string().optional(),
        exitCode: z.number().optional(),
      }),
    },
    {
      name: 'count',
      module: module('count.mjs'),
      resumable: true,
      extending: ['epochs'],
      params: z.object({ epochs: z.int().min(1), lr: z.number() }),
    },
  ];
}

/** What went wrong with a stage. */
export function errorOf(result: PipelineResult, stage: string): string | undefined {
  return result.stages.find(({ name }) => name === stage)!.error;
}

/** The names of the stages with this outcome. */
export function named(result: PipelineResult, outcome: StageOutcome): string[] {
  return result.stages.filter((stage) => stage.outcome === outcome).map(({ name }) => name);
}

/** What a stage's outcome was because of. */
export function because(result: PipelineResult, stage: string): readonly string[] {
  return result.stages.find(({ name }) => name === stage)!.because;
}
