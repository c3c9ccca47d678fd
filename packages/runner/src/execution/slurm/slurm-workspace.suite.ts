import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { TestWorkspace } from '../test-workspace.suite.ts';

/** Where the stages meet the test: a folder that the variable PLACE names, which is in no fingerprint. */
export function placeOf({ root }: TestWorkspace): string {
  const place = join(root, 'place');
  mkdirSync(place, { recursive: true });
  process.env['PLACE'] = place;
  return place;
}

/** Starts the built runner, and waits until the stage has made the file `begun`. */
export async function startRun(
  workspace: TestWorkspace,
  begun = 'begun',
): Promise<ReturnType<typeof spawn>> {
  const place = placeOf(workspace);
  const built = new URL('../../../dist/index.js', import.meta.url).href;
  const options = { file: 'pipeline.yaml', stages: [], workspace: workspace.root };
  const code = `import { runPipeline } from ${JSON.stringify(built)};
    await runPipeline(${JSON.stringify(options)});`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  onTestFinished(() => void runner.kill('SIGKILL'));
  await untilThere(join(place, begun));
  return runner;
}

/** Waits until something is written in a file. */
export async function untilThere(path: string): Promise<void> {
  while (!(statSync(path, { throwIfNoEntry: false })?.size ?? 0)) await delay(20);
}

/** Lets the stages end. */
export function allow(workspace: TestWorkspace): void {
  writeFileSync(join(workspace.root, 'place', 'go'), '');
}

/**
 * Puts a shell script in the place of a program, for one test.
 *
 * @param script - `program "$@"` in it is the program itself.
 * @returns the words of each call so far.
 */
export function replaceProgram(
  workspace: TestWorkspace,
  program: string,
  script: string,
): { readonly calls: () => string[] } {
  const folder = join(workspace.root, 'bin');
  const path = process.env['PATH']!.replace(`${folder}:`, '');
  const calls = join(workspace.root, `${program}.calls`);
  const text = `#!/bin/sh\nPATH='${path}'\necho "$*" | tr '\\n' ' ' >> '${calls}'\necho >> '${calls}'\n${script}\n`;
  workspace.write(`bin/${program}`, text);
  chmodSync(join(folder, program), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  onTestFinished(() => void (process.env['PATH'] = path));
  return {
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  };
}
