import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { signalGroup } from './process-group.ts';

test.runIf(process.platform !== 'win32')(
  'on Windows, which has no process groups, a process is ended with all that it started',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'limber-taskkill-'));
    const taskkill = join(folder, 'taskkill');
    writeFileSync(taskkill, `#!/bin/sh\necho "$@" > ${join(folder, 'words')}\n`);
    chmodSync(taskkill, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    try {
      signalGroup(4321, 'SIGTERM', 'win32');
      expect(readFileSync(join(folder, 'words'), 'utf8')).toBe('/pid 4321 /T /F\n');
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  },
);

test('a group that is gone is no error', () => {
  expect(() => signalGroup(2 ** 22 + 1, 'SIGTERM')).not.toThrow();
});
