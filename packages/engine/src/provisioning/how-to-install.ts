import { readFileSync } from 'node:fs';

/** A tool that setting up the engine needs: Python with pip, or a C++ compiler. */
type Tool = 'pip' | 'compiler';

/** The command that installs each tool, by the distribution family of `/etc/os-release`. */
const linuxCommands: Readonly<Record<string, Readonly<Record<Tool, string>>>> = {
  debian: { pip: 'apt install python3-pip', compiler: 'apt install g++' },
  fedora: { pip: 'dnf install python3-pip', compiler: 'dnf install gcc-c++' },
  suse: { pip: 'zypper install python3-pip', compiler: 'zypper install gcc-c++' },
  arch: { pip: 'pacman -S python-pip', compiler: 'pacman -S gcc' },
};

const otherCommands: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<Tool, string>>>>> = {
  darwin: { pip: 'brew install python', compiler: 'xcode-select --install' },
  win32: {
    pip: 'winget install Python.Python.3.12',
    compiler: 'winget install Microsoft.VisualStudio.2022.BuildTools',
  },
};

/** The command that installs a tool on this machine. */
export function howToInstall(tool: Tool): string {
  return installCommand(tool, process.platform, readOsRelease());
}

/**
 * The command that installs a tool.
 *
 * @param osRelease - text of `/etc/os-release`; empty where there is none.
 */
export function installCommand(tool: Tool, platform: NodeJS.Platform, osRelease: string): string {
  const other = otherCommands[platform];
  if (other !== undefined) return other[tool];
  const names = /^ID=(.*)$/m.exec(osRelease)?.[1] ?? '';
  const likes = /^ID_LIKE=(.*)$/m.exec(osRelease)?.[1] ?? '';
  const families = `${names} ${likes}`.replaceAll('"', '').split(/\s+/);
  const family = families.find((each) => linuxCommands[each] !== undefined) ?? 'debian';
  const command = linuxCommands[family]![tool];
  return families.includes(family) ? command : `Debian and Ubuntu: ${command}`;
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
