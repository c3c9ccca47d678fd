import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { sha256Of } from '../store/sha256.ts';
import { openDigestCache } from './digest-cache.ts';

/** The folder in which files are seen with times in whole seconds, where no file system has them. */
const coarse = vi.hoisted((): { folder?: string } => ({}));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<{ readonly statSync: typeof statSync }>();
  const floor = (ms: number): number => Math.floor(ms / 1000) * 1000;
  return {
    ...fs,
    statSync(path: string, options?: { readonly throwIfNoEntry: boolean }) {
      const found = fs.statSync(path, options)!;
      if (coarse.folder === undefined || !path.startsWith(coarse.folder)) return found;
      const { mtimeMs, ctimeMs } = found;
      return Object.assign(found, { mtimeMs: floor(mtimeMs), ctimeMs: floor(ctimeMs) });
    },
  };
});

/** ext4 with inodes of 128 bytes has no room for parts of a second. */
function mountCoarse(root: string): string {
  const [image, mount] = [join(root, 'image'), join(root, 'mount')];
  writeFileSync(image, '');
  truncateSync(image, 4_000_000);
  mkdirSync(mount);
  const execute = ([command, ...args]: readonly [string, ...string[]]): string | undefined => {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) return undefined;
    return `"${command} ${args.join(' ')}" is not possible here: ${error?.message ?? stderr.trim()}`;
  };
  const problem =
    execute(['mkfs.ext4', '-q', '-I', '128', image]) ??
    execute(['mount', '-o', 'loop', image, mount]);
  if (problem !== undefined) {
    console.warn(`Whole seconds are what files are seen with, not what they have: ${problem}`);
    coarse.folder = mount;
    return mount;
  }
  onTestFinished(() => void execute(['umount', mount]));
  return mount;
}

it('sees a change within the second of the former one, where times are whole seconds', async () => {
  const root = mkdtempSync(join(tmpdir(), 'limber-coarse-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const mount = mountCoarse(root);
  // A slow machine may not get through within a second.
  for (let tries = 1; ; tries++) {
    const [file, cacheFile] = [join(mount, `file-${tries}`), join(root, `cache-${tries}.txt`)];
    // The clock of files lags a few milliseconds behind.
    const start = Math.ceil(Date.now() / 1000) * 1000 + 30;
    while (Date.now() < start);
    writeFileSync(file, 'old');
    const written = statSync(file).mtimeMs;
    expect(written % 1000).toBe(0);
    while (Date.now() - written < 300);
    const cache = openDigestCache(cacheFile);
    expect((await cache.digest(file)).sha256).toBe(sha256Of('old'));
    cache.save();
    writeFileSync(file, 'new');
    if (statSync(file).mtimeMs !== written && tries < 20) continue;
    expect((await openDigestCache(cacheFile).digest(file)).sha256).toBe(sha256Of('new'));
    return;
  }
});
