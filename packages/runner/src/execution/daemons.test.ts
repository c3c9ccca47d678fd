import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import { createTestWorkspace } from './test-workspace.suite.ts';

/** Runs one command, which writes the number of the process that it leaves behind to `data/pid`. */
async function runLeaving(
  command: string,
): Promise<{ result: PipelineResult; warnings: string[]; pid: number }> {
  const workspace = createTestWorkspace(`name: leaving
stages:
  lazy:
    run: |
      ${command.split('\n').join('\n      ')}
    outputs: [x]
    cache: true
`);
  const warnings: string[] = [];
  const onEvent = (event: PipelineEvent): void => {
    if (event.type === 'stage-line' && event.source === 'warning') warnings.push(event.line);
  };
  const result = await workspace.run({ onEvent });
  return { result, warnings, pid: Number(workspace.read('data/pid')) };
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

it.runIf(process.platform === 'linux').each([
  ['a process that ends when it is asked to', ''],
  ['one that ignores SIGTERM', 'trap "" TERM; '],
])('what a stage leaves behind is ended, and the person is told: %s', async (_, first) => {
  const { result, warnings, pid } = await runLeaving(
    `sh -c '${first}echo $$ > "$PWD"/data/pid; exec sleep 300' &
while [ ! -s "$PWD"/data/pid ]; do sleep 0.01; done
echo made > "$LIMBER_OUTPUT_X"`,
  );
  expect(result.outcome).toBe('done');
  expect(isAlive(pid)).toBe(false);
  expect(warnings).toEqual([`left processes behind (sleep, pid ${pid}): they were ended`]);
});

it.runIf(process.platform === 'linux')(
  'a daemon in a session of its own that keeps the output open is not waited for',
  async () => {
    const { result, warnings, pid } = await runLeaving(
      `setsid sh -c 'echo $$ > "$PWD"/data/pid; exec sleep 300' &
while [ ! -s "$PWD"/data/pid ]; do sleep 0.01; done
echo made > "$LIMBER_OUTPUT_X"`,
    );
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(result.outcome).toBe('done');
    expect(isAlive(pid)).toBe(true);
    expect(warnings).toEqual([
      'a process that it started outside its process group still holds its output, which is read no further',
    ]);
  },
);
