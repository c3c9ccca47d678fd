import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startScript } from '../execution/elsewhere.suite.ts';
import { putOutput } from './put-output.ts';
import { stateFolder } from './state-folder.ts';
import { viewPath } from './view.ts';

it('of processes that build one view at once none takes it away from another that reads it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'limber-view-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const state = stateFolder(root);
  const folder = join(root, 'output');
  mkdirSync(folder);
  for (let number = 0; number < 100; number++) {
    writeFileSync(join(folder, String(number)), `text ${number}`);
  }
  const output = await putOutput(state, folder);
  const built = (name: string): string =>
    JSON.stringify(new URL(`../../dist/store/${name}.js`, import.meta.url).href);
  const script = `
    import { readFileSync, readdirSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    import { stateFolder } from ${built('state-folder')};
    import { ensureView } from ${built('view')};
    const output = ${JSON.stringify(output)};
    const state = stateFolder(${JSON.stringify(root)});
    console.log('ready');
    createInterface({ input: process.stdin }).on('line', async () => {
      try {
        const { path } = await ensureView(state, output);
        for (let times = 0; times < 10; times++) {
          const names = readdirSync(path);
          const texts = names.map((name) => readFileSync(path + '/' + name, 'utf8'));
          if (texts.length !== 100) throw new Error(texts.length + ' files');
        }
        console.log('read');
      } catch (error) { console.log(error.message); }
    });`;
  const readers = Array.from({ length: 4 }, () => startScript(script, undefined));
  for (const reader of readers) expect(await reader.line()).toBe('ready');
  for (let round = 0; round < 25; round++) {
    rmSync(viewPath(state, output), { recursive: true, force: true });
    for (const reader of readers) reader.tell('build');
    const found = await Promise.all(readers.map((reader) => reader.line()));
    expect(found).toEqual(readers.map(() => 'read'));
  }
});
