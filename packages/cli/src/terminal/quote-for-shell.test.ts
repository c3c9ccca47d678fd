import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quoteForShell } from './quote-for-shell.ts';

it.each(['data=my photographs', "it's", '$(id) `id` "x"', 'a\nb', '', '*', '~', '!', 'a;b', '\\'])(
  '%j is one word of a shell',
  (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf '<%s>' ${quoteForShell(text)}`]);
    expect(stdout.toString()).toBe(`<${text}>`);
  },
);

it('what needs no quotes gets none', () => {
  expect(quoteForShell('train.lr=0.5')).toBe('train.lr=0.5');
});
