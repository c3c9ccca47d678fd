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
      expect(await remote.has(name)).toBe(false);
      expect(await remote.get(name, join(root, 'missing'))).toBe(false);
      writeFileSync(join(root, 'source'), text);
      await remote.put(name, join(root, 'source'), sha256Of(text));
      await remote.put(name, join(root, 'source'), sha256Of(text));
      expect(await remote.has(name)).toBe(true);
      expect(await remote.get(name, join(root, sha256Of(text)))).toBe(true);
      expect(readFileSync(join(root, sha256Of(text)), 'utf8')).toBe(text);
    }
  });
}

/** A folder that is removed when the test is over. */
export function createFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-remote-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}
