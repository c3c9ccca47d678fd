import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A throw-away folder with a pipeline of shell commands. */
export interface TestProject {
  readonly root: string;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
}

/** Makes a project with `pipeline` in `pipelines/tiny.yaml`. */
export function createTestProject(pipeline: string): TestProject {
  const root = mkdtempSync(join(tmpdir(), 'limber-cli-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('pipelines/tiny.yaml', pipeline);
  write('data/words.txt', 'squat\nlunge\nplank\n');
  return { root, write, read: (path) => readFileSync(join(root, path), 'utf8') };
}
