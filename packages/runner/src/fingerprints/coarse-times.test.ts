import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sha256Of } from '../store/sha256.ts';
import { openDigestCache } from './digest-cache.ts';

/** ext4 with inodes of 128 bytes has no room for parts of a second. */
function mountCoarse(root: string): string | undefined {
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
    console.warn(`Skipped, because ${problem}`);
    return undefined;
  }
  onTestFinished(() => void execute(['umount', mount]));
  return mount;
}

it('sees a change within the second of the former one, where times are whole seconds', async (test) => {
  const root = mkdtempSync(join(tmpdir(), 'limber-coarse-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const mount = mountCoarse(root);
  if (mount === undefined) return test.skip();
  // A slow machine may not get through within a second.
  for (let tries = 1; ; tries++) {
    const [file, cacheFile] = [join(mount, `file-${tries}`), join(root, `cache-${tries}.txt`)];
    const second = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === second);
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
