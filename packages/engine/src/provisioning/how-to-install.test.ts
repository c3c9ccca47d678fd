import { expect, test } from 'vitest';
import { installCommand } from './how-to-install.ts';

test.each([
  ['ID=debian\n', 'apt install g++'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt install g++'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf install gcc-c++'],
  ['ID=arch\n', 'pacman -S gcc'],
  ['ID=nixos\n', 'Debian and Ubuntu: apt install g++'],
  ['', 'Debian and Ubuntu: apt install g++'],
])('with %j in os-release a compiler comes by %j', (osRelease, command) => {
  expect(installCommand('compiler', 'linux', osRelease)).toBe(command);
});

test('macOS and Windows have commands of their own', () => {
  expect(installCommand('pip', 'darwin', '')).toBe('brew install python');
  expect(installCommand('compiler', 'darwin', '')).toBe('xcode-select --install');
  expect(installCommand('pip', 'win32', '')).toBe('winget install Python.Python.3.12');
});
