import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { readBytes } from './read-bytes.ts';

// Linux: a process's memory has nothing at its beginning, and says so as a broken disk does.
const broken = '/proc/self/mem';

test.runIf(existsSync(broken))(
  'a disk that cannot be read is an error of the data, by name',
  () => {
    const descriptor = openSync(broken, 'r');
    onTestFinished(() => closeSync(descriptor));
    expect(() => readBytes({ descriptor, name: broken }, { position: 0, length: 16 })).toThrow(
      expect.objectContaining({
        code: 'corrupt-data',
        message: expect.stringMatching(
          /^\/proc\/self\/mem: cannot be read: expected 16 bytes from byte 0, got .*(EIO|i\/o error).*\.$/i,
        ) as string,
      }),
    );
  },
);
