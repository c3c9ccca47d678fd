import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { keepAnswer, recallAnswer } from './kept-answer.ts';
import type { RecordedLooks } from './record-looks.ts';
import { recordLooks } from './record-looks.ts';

/** Names a path in the folder of a test. */
type Place = (path: string) => string;

async function createFolder(): Promise<Place> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'limber-looks-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at: Place = (path) => join(root, path);
  mkdirSync(at('data/inner'), { recursive: true });
  mkdirSync(at('cache'));
  writeFileSync(at('data/a.txt'), 'a');
  writeFileSync(at('data/b.txt'), 'b');
  writeFileSync(at('data/c.txt'), 'c');
  symlinkSync('data/a.txt', at('link'));
  symlinkSync('data', at('linked'));
  // The times of what was just written cannot be told from those of a change right now.
  await setTimeout(120);
  return at;
}

/** Looks in all ways that there are. */
async function lookAround(at: Place): Promise<void> {
  readFileSync(at('data/a.txt'));
  await readFile(at('data/b.txt'));
  readdirSync(at('data'));
  await stat(at('data/inner'));
  statSync(at('missing/deep'), { throwIfNoEntry: false });
  try {
    statSync(at('absent'));
  } catch {
    // It is not there.
  }
  existsSync(at('later'));
  lstatSync(at('link'));
  realpathSync.native(at('linked/inner'));
  existsSync(at('cache/memo'));
  openSync(at('data/c.txt'), 'r');
}

async function record(
  at: Place,
  act: (at: Place) => Promise<void> | void,
): Promise<RecordedLooks | undefined> {
  const recorder = recordLooks({
    kindOf: (path) => (path.startsWith(at('cache')) ? 'ignored' : undefined),
  });
  try {
    await act(at);
  } catch (error) {
    recorder.end();
    throw error;
  }
  return recorder.end();
}

async function keepLooks(at: Place): Promise<string> {
  const file = at('cache/answer');
  const recorded = await record(at, lookAround);
  keepAnswer(file, 'as before', { recorded: recorded!, until: Date.now() + 60_000 });
  return file;
}

it('gives the answer again while everything looks the same, and whatever else changes', async () => {
  const at = await createFolder();
  const file = await keepLooks(at);
  writeFileSync(at('cache/memo'), 'new');
  writeFileSync(at('data/inner/unseen.txt'), 'new');
  expect(await recallAnswer(file)).toBe('as before');
});

it.each<[string, (at: Place) => void]>([
  ['a file of the same size and time', (at) => rewrite(at('data/a.txt'), 'A')],
  ['a file that was read by promise', (at) => appendFileSync(at('data/b.txt'), 'b')],
  ['a file that was opened', (at) => truncateSync(at('data/c.txt'))],
  ['a time', (at) => utimesSync(at('data/a.txt'), 1, 1)],
  ['a mode', (at) => chmodSync(at('data/a.txt'), 0o755)],
  ['a file of the same content', (at) => replace(at('data/a.txt'), 'a')],
  ['one file more', (at) => writeFileSync(at('data/new.txt'), '')],
  ['one file less', (at) => rmSync(at('data/c.txt'))],
  ['a name', (at) => renameSync(at('data/c.txt'), at('data/d.txt'))],
  ['what was missing', (at) => writeFileSync(at('absent'), '')],
  ['what did not exist', (at) => mkdirSync(at('later'))],
  ['a folder that was missing', (at) => mkdirSync(at('missing/deep'), { recursive: true })],
  ['a link', (at) => relink(at('link'), 'data/b.txt')],
  ['a folder that became a file', (at) => replace(at('data/inner'), '')],
  ['where a path leads', (at) => relink(at('linked'), 'missing')],
])('does not after a change of %s', async (_, change) => {
  const at = await createFolder();
  const file = await keepLooks(at);
  change(at);
  expect(await recallAnswer(file)).toBeUndefined();
});

it.each<[string, (at: Place) => Promise<void> | void]>([
  ['writes a file', (at) => writeFileSync(at('data/a.txt'), 'a')],
  ['makes a folder', (at) => mkdirSync(at('data/new'))],
  ['removes something', (at) => rmSync(at('data/a.txt'))],
  ['moves something in', (at) => renameSync(at('cache'), at('data/cache'))],
  ['opens to write', (at) => void openSync(at('data/a.txt'), 'r+')],
  ['starts a process', () => void execFileSync('true')],
])('keeps nothing of a program that %s', async (_, act) => {
  expect(await record(await createFolder(), act)).toBeUndefined();
});

it('keeps nothing of a file that may still change within a tick of the clock', async () => {
  const at = await createFolder();
  replace(at('data/a.txt'), 'new');
  expect(await record(at, () => void readFileSync(at('data/a.txt')))).toBeUndefined();
});

it('lets a program write where nothing counts, and make folders that are there', async () => {
  const at = await createFolder();
  const recorded = await record(at, () => {
    writeFileSync(at('cache/memo'), 'x');
    renameSync(at('cache/memo'), at('cache/other'));
    mkdirSync(at('data'), { recursive: true });
  });
  expect(recorded?.looks).toEqual([{ kind: 'entry', path: at('data') }]);
});

it('takes the functions back as they were', async () => {
  const before = [readFileSync, realpathSync.native, readFile];
  await record(await createFolder(), lookAround);
  expect([readFileSync, realpathSync.native, readFile]).toEqual(before);
});

it('knows an answer that is damaged, too old, or of nothing', async () => {
  const at = await createFolder();
  const file = await keepLooks(at);
  const text = readFileSync(file, 'utf8');
  for (let length = 0; length < text.length; length += 31) {
    writeFileSync(file, text.slice(0, length));
    expect(await recallAnswer(file), `cut at ${length}`).toBeUndefined();
  }
  writeFileSync(file, text.replace(at('later'), at('later').replace('later', 'data')));
  expect(await recallAnswer(file)).toBeUndefined();
  writeFileSync(file, text.replace(/"until":\d+/, `"until":${Date.now() - 1}`));
  expect(await recallAnswer(file)).toBeUndefined();
  writeFileSync(file, '{"format":"limber-answer/1"}\n');
  expect(await recallAnswer(file)).toBeUndefined();
  expect(await recallAnswer(at('cache/none'))).toBeUndefined();
});

it('compares many looks in two threads, each change of which is seen', async () => {
  const at = await createFolder();
  const names = Array.from({ length: 41_000 }, (_, index) => at(`many/${index}`));
  const recorded = await record(at, () => {
    for (const name of names) existsSync(name);
  });
  const file = at('cache/answer');
  keepAnswer(file, 'none of them', { recorded: recorded!, until: Date.now() + 60_000 });
  expect(await recallAnswer(file)).toBe('none of them');
  mkdirSync(at('many'));
  for (const name of [names[0]!, names[12_345]!, names.at(-1)!]) {
    writeFileSync(name, '');
    expect(await recallAnswer(file), name).toBeUndefined();
    rmSync(name);
  }
  expect(await recallAnswer(file)).toBe('none of them');
});

/** With the same size and time of change, as a careful program that wants to hide it would. */
function rewrite(path: string, text: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, text);
  utimesSync(path, atime, mtime);
}

function replace(path: string, text: string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, text);
}

function relink(path: string, target: string): void {
  rmSync(path);
  symlinkSync(target, path);
}
