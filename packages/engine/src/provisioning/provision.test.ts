import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, utimesSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { manifestFile } from './installed-engine.ts';
import { isRunning } from './is-running.suite.ts';
import { locateEngine } from './locate-engine.ts';
import { placeTools } from './place-tools.suite.ts';
import { provision } from './provision.ts';

let root: string;
let folder: string;

/** An engine from the ready-made download, which is taken as it is: nothing loads it here. */
async function placeStopgap(): Promise<void> {
  const addon = Buffer.from('an addon');
  const sha256 = createHash('sha256').update(addon).digest('hex');
  folder = locateEngine().folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'addon.node'), addon);
  const manifest = {
    formatVersion: 1,
    tensorflowVersion: '2.9.1',
    variant: 'cpu',
    origin: 'prebuilt',
    addon: 'addon.node',
    files: { 'addon.node': { sizeBytes: addon.length, sha256 } },
  };
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest));
}

/** A pip that downloads by a script of the shell, and that notes each call. */
function placePip(script: string): void {
  const download = `echo "$@" >> "${root}/calls"\n${script}`;
  vi.stubEnv('PATH', placeTools(root, { download }));
}

const noNetwork = "echo 'no network' >&2; exit 1";

function countCalls(): number {
  const calls = join(root, 'calls');
  return existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'limber-provision-'));
  vi.stubEnv('LIMBER_CACHE_DIR', root);
  placePip(noNetwork);
  await placeStopgap();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('an older TensorFlow is used as it is on the day it was installed', async () => {
  const messages: string[] = [];
  const found = await provision(({ message }) => messages.push(message));
  expect(found).toMatchObject({ type: 'native', engine: { folder } });
  expect(countCalls()).toBe(0);
  expect(messages).toEqual([]);
});

test('a day later the wheel is tried again, once, and the older one stays if that fails', async () => {
  const long = new Date(Date.now() - 25 * 60 * 60 * 1000);
  utimesSync(join(folder, manifestFile), long, long);
  const messages: string[] = [];
  const found = await provision(({ message }) => messages.push(message));
  expect(found).toMatchObject({ type: 'native', engine: { folder } });
  expect(countCalls()).toBe(1);
  expect(messages.at(-1)).toMatch(
    /^TensorFlow 2\.9\.1 stays, older and slower than the wheel, which cannot be had: .*no network/s,
  );
  await provision(() => undefined);
  expect(countCalls()).toBe(1);
});

test('whoever runs the setup has it tried at once', async () => {
  const found = await provision(() => undefined, { isAsked: true });
  expect(found).toMatchObject({ type: 'native', engine: { folder } });
  expect(countCalls()).toBe(1);
});

test('an installation that is stopped ends pip, leaves nothing, and can be made again', async () => {
  const pid = join(root, 'pid');
  placePip(
    `echo 'Downloading x.whl (274.0 MB)'; echo part > "$TMPDIR/part"; sleep 600 & echo $! > ${pid}; wait`,
  );
  const controller = new AbortController();
  const stopped = provision(
    ({ amount }) => {
      if ((amount?.done ?? 0) > 0) controller.abort(new Error('enough'));
    },
    { isAsked: true, signal: controller.signal },
  );
  await expect(stopped).rejects.toThrow('enough');
  await expect
    .poll(() => isRunning(Number(readFileSync(pid, 'utf8'))), { timeout: 30_000 })
    .toBe(false);
  expect(readdirSync(root).sort()).toEqual(['bin', 'calls', 'engine', 'pid']);
  expect(readdirSync(join(root, 'engine'))).toEqual([basename(folder)]);
  placePip(noNetwork);
  expect(await provision(() => undefined, { isAsked: true })).toMatchObject({ type: 'native' });
});
