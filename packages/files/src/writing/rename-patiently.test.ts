import { expect, test } from 'vitest';
import { renamePatiently, renamePatientlySync } from './rename-patiently.ts';

/** A rename that fails so many times first. */
function failing(times: number, code: string): { calls: () => number; rename: () => void } {
  let calls = 0;
  return {
    calls: () => calls,
    rename: () => {
      calls += 1;
      if (calls <= times) throw Object.assign(new Error(code), { code });
    },
  };
}

const variants = {
  renamePatiently: (platform: NodeJS.Platform, rename: () => void) =>
    renamePatiently('a', 'b', { platform, rename: async () => rename() }),
  renamePatientlySync: async (platform: NodeJS.Platform, rename: () => void) =>
    renamePatientlySync('a', 'b', { platform, rename }),
};

test.each(Object.entries(variants))(
  '%s tries again on Windows while a file is open',
  async (_, run) => {
    for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
      const { calls, rename } = failing(3, code);
      await run('win32', rename);
      expect(calls()).toBe(4);
    }
  },
);

test.each(Object.entries(variants))(
  '%s gives up at last, and at once on other errors',
  async (_, run) => {
    const always = failing(1000, 'EPERM');
    await expect(run('win32', always.rename)).rejects.toThrow('EPERM');
    expect(always.calls()).toBe(8);
    const missing = failing(1, 'ENOENT');
    await expect(run('win32', missing.rename)).rejects.toThrow('ENOENT');
    expect(missing.calls()).toBe(1);
    const posix = failing(1, 'EPERM');
    await expect(run('linux', posix.rename)).rejects.toThrow('EPERM');
    expect(posix.calls()).toBe(1);
  },
);
