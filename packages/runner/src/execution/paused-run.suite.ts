import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PipelineResult } from '../pipeline-result.ts';
import { unshareCommand } from './elsewhere.suite.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';

/** A runner in a process of its own, whose training stage has come to the epoch where it waits. */
export interface PausedRun {
  readonly runner: ChildProcess;
  /** Closed when the stage's process is gone. */
  readonly stage: Socket;
  /** As its own PID namespace counts. */
  readonly stagePid: number;
  readonly result: Promise<PipelineResult | undefined>;
}

let sockets = 0;

/**
 * Runs the built runner, as a process that can be killed, until the stage is in epoch `epoch`.
 *
 * @param options.elsewhere - the host name under which it runs, in a PID namespace of its own.
 */
export async function runUntil(
  workspace: TestWorkspace,
  epoch: number,
  options: { readonly overrides?: readonly string[]; readonly elsewhere?: string } = {},
): Promise<PausedRun> {
  const { overrides = [], elsewhere } = options;
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  workspace.write(
    'runner.mjs',
    `import { runPipeline } from ${JSON.stringify(dist)};
    const module = (name) => ${JSON.stringify(`${pathToFileURL(workspace.root).href}/stages/`)} + name;
    const stages = [
      { name: 'join', module: module('join.mjs') },
      { name: 'count', module: module('count.mjs'), resumable: true, extending: ['epochs'] },
    ];
    const overrides = process.argv.slice(2);
    const options = { file: 'pipeline.yaml', stages, overrides, workspace: ${JSON.stringify(workspace.root)}, onEvent() {} };
    const result = await runPipeline(options).catch(({ code, message }) => ({ code, message }));
    process.stdout.write(JSON.stringify(result));`,
  );
  const path = join(workspace.root, `socket-${++sockets}`);
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  const node = [process.execPath, join(workspace.root, 'runner.mjs'), ...overrides];
  const [command, ...args] = elsewhere === undefined ? node : unshareCommand(elsewhere, node);
  const runner = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PAUSE_AT: String(epoch), PAUSE_SOCKET: path },
  });
  onTestFinished(() => void runner.kill('SIGKILL'));
  let printed = '';
  runner.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const result = once(runner, 'close').then(() =>
    printed === '' ? undefined : (JSON.parse(printed) as PipelineResult),
  );
  const [stage] = (await once(server, 'connection')) as [Socket];
  const [pid] = (await once(stage, 'data')) as [Buffer];
  return { runner, stage, stagePid: Number(pid.toString()), result };
}
