import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './limber-command.ts';

/** Inside the workspace, so that the packages are found by their names. */
const folder = join(root, 'node_modules/.cache/readme-examples');

const readmes = readdirSync(join(root, 'packages')).map((name) => ({
  name,
  text: readFileSync(join(root, 'packages', name, 'README.md'), 'utf8'),
}));

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every example of a package README compiles against the public API', () => {
  const blocks = readmes.flatMap(({ name, text }) =>
    [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match, at) => ({
      file: `${name}-${at}.ts`,
      code: match[1]!,
    })),
  );
  expect(blocks.length).toBeGreaterThan(0);
  for (const { file, code } of blocks) {
    writeFileSync(join(folder, file), `${code}\nexport {};\n`);
  }
  const options = {
    extends: join(root, 'tsconfig.test.base.json'),
    compilerOptions: { rootDir: root, noUnusedLocals: false },
    include: [folder],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  expect(() =>
    execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }),
  ).not.toThrow();
});

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
