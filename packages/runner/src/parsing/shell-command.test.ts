import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { referenceVariable, toShellCommand } from './shell-command.ts';

const adversarial = [
  'plain',
  '',
  'two  words',
  ' spaces around ',
  "it's",
  'say "hi"',
  `'"'"'`,
  '$(touch harm)',
  '`touch harm`',
  '"; touch harm; echo "',
  "'; touch harm; echo '",
  '; touch harm',
  '&& touch harm & | > harm',
  '\ntouch harm\n',
  'EOF\ntouch harm',
  '$HOME ${HOME} $(( 1 + 1 ))',
  'a[$(touch harm)]',
  '* ? [a-z] ~ {a,b} !x',
  '-n %s \\n \\\\ \\',
  'ends with \\',
  '# no comment',
  'ünïcödé 🎽',
];

/** Commands around the reference X, and what they print for a value. */
const contexts: readonly (readonly [command: string, printed: (value: string) => string])[] = [
  ['printf %s X', (value) => value],
  ['printf %s a/X.txt', (value) => `a/${value}.txt`],
  ["printf '%s' X 'c d'", (value) => `${value}c d`],
  ['printf %s "a X b"', (value) => `a ${value} b`],
  [`printf %s "it's X, \\"X\\""`, (value) => `it's ${value}, "${value}"`],
  [`printf %s \\"X\\'`, (value) => `"${value}'`],
  [`printf %s '\\'X`, (value) => `\\${value}`],
  ['x=X; printf %s "$x"', (value) => value],
  ['(printf %s X)', (value) => value],
  ['printf %s "$(printf %s X; echo .)"', (value) => `${value}.`],
  ['printf %s "$(printf %s "<X>") ) X"', (value) => `<${value}> ) ${value}`],
  ['echo $((1 + 2)) X', (value) => `3 ${value}\n`],
  [`# don't "X\nprintf %s X # it's\nprintf %s X`, (value) => value + value],
  ['case a in a) printf %s X ;; esac', (value) => value],
  ['cat <<EOF\n"X" \'X\'\nEOF\nprintf %s X', (v) => `"${v}" '${v}'\n${v}`],
  ['cat <<-END - ; printf %s X\n\tX\n\tEND\nprintf %s "X"', (v) => `${v}\n${v}${v}`],
  ["cat <<'A' && cat <<B\n$x \"'\nA\nX\nB\nprintf %s X", (v) => `$x "'\n${v}\n${v}`],
];

it.each(contexts)('%j gets any value as it is', (command, printed) => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const shell = toShellCommand(command.replaceAll('X', '${{ params.x }}'));
  expect(shell.refused.filter((context) => context !== undefined)).toEqual([]);
  for (const value of adversarial) {
    // `echo` of some shells reads backslashes.
    if (command.startsWith('echo') && /\\|^-n/.test(value)) continue;
    const names = shell.refused.map((_, index) => [referenceVariable(index), value]);
    const run = spawnSync('sh', ['-c', shell.command], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: '/home', ...Object.fromEntries(names) },
      encoding: 'utf8',
    });
    expect([run.stdout, run.stderr]).toEqual([printed(value), '']);
    expect(readdirSync(folder)).toEqual([]);
  }
});

it.each([
  [`echo 'X'`, 'single quotes'],
  [`echo "$(echo 'X')"`, 'single quotes'],
  ['echo `echo X`', 'backquotes'],
  ['echo $((X + 1))', '$(( ))'],
  ['echo "$((X + 1))"', '$(( ))'],
  ['echo ${y:-X}', '${ }'],
  ["cat <<'EOF'\nX\nEOF", 'a quoted here-document'],
  ['cat <<\\EOF\nX\nEOF', 'a quoted here-document'],
])('%j is refused', (command, context) => {
  expect(toShellCommand(command.replace('X', '${{ params.x }}')).refused).toEqual([context]);
});
