import { expect, test } from 'vitest';
import { npmCommand } from './npm-command.ts';

test('npm is started by its name, on Windows by Node from the folder beside it', () => {
  const exists = (): boolean => true;
  const linux = { platform: 'linux', execPath: '/usr/bin/node', exists } as const;
  expect(npmCommand(['pack', 'x'], linux)).toEqual(['npm', 'pack', 'x']);
  const execPath = String.raw`C:\Program Files\nodejs\node.exe`;
  expect(npmCommand(['pack', 'x'], { platform: 'win32', execPath, exists })).toEqual([
    execPath,
    String.raw`C:\Program Files\nodejs\node_modules\npm\bin\npm-cli.js`,
    'pack',
    'x',
  ]);
});
