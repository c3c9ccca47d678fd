import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sha256Of } from '../store/sha256.ts';
import type { RemoteStore } from './remote-store.ts';

/** What every remote store has to do. */
export function testRemoteStore(open: () => Promise<RemoteStore>): void {
  it('gives back what it was given, and knows what it has', async () => {
    const remote = await open();
    const root = createFolder();
    for (const text of ['', 'text', 'ü'.repeat(200_000)]) {
      const name = `v3/objects/ab/${sha256Of(text)}`;
      expect(await remote.findMissing([name])).toEqual([name]);
      expect(await remote.get(name, join(root, 'missing'))).toBe(false);
      writeFileSync(join(root, 'source'), text);
      await remote.put(name, join(root, 'source'));
      await remote.put(name, join(root, 'source'));
      expect(await remote.findMissing([name])).toEqual([]);
      expect(await remote.get(name, join(root, sha256Of(text)))).toBe(true);
      expect(readFileSync(join(root, sha256Of(text)), 'utf8')).toBe(text);
    }
  });

  it('finds the missing ones among many', async () => {
    const remote = await open();
    const file = join(createFolder(), 'file');
    writeFileSync(file, 'text');
    const names = Array.from({ length: 200 }, (_, number) => `many/${sha256Of(`${number}`)}`);
    const stored = names.filter((_, number) => number % 3 === 0);
    await Promise.all(stored.map((name) => remote.put(name, file)));
    const missing = names.filter((name) => !stored.includes(name));
    expect((await remote.findMissing(names)).sort()).toEqual(missing.sort());
    expect(await remote.findMissing(stored)).toEqual([]);
  });
}

/** A folder that is removed when the test is over. */
export function createFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-remote-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}
