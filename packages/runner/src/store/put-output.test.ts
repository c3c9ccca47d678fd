import { linkSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolder } from '../remote/remote-store.suite.ts';
import { putOutput } from './put-output.ts';
import { stateFolder } from './state-folder.ts';

it('while many files are stored, timers and signals have their turn', async () => {
  const root = createFolder();
  const folder = join(root, 'many');
  mkdirSync(folder);
  writeFileSync(join(root, 'one'), 'one');
  for (let number = 0; number < 1000; number++)
    linkSync(join(root, 'one'), join(folder, `${number}`));
  let turns = 0;
  const count = (): void => {
    turns++;
    waiting = setImmediate(count);
  };
  let waiting = setImmediate(count);
  await putOutput(stateFolder(root), folder);
  clearImmediate(waiting);
  expect(turns).toBeGreaterThanOrEqual(15);
  expect(statSync(join(root, 'one')).nlink).toBe(1);
});
