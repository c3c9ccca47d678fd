import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './limber-command.ts';

const readmes = readdirSync(join(root, 'packages')).map((name) => ({
  name,
  text: readFileSync(join(root, 'packages', name, 'README.md'), 'utf8'),
}));

test.each(readmes)(
  'the README of $name says why each of its dependencies was chosen',
  ({ name, text }) => {
    const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
    const foreign = Object.keys(dependencies).filter((key) => !key.startsWith('@limber/'));
    expect(foreign.filter((key) => !text.includes(`\`${key}\``) && !text.includes(key))).toEqual(
      [],
    );
  },
);
