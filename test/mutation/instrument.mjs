import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** Left out: what a type or a message says. What is left is arithmetic, conditions, booleans, calls and whole blocks. */
const excludedMutations = [
  'StringLiteral',
  'ObjectLiteral',
  'ArrayDeclaration',
  'Regex',
  'OptionalChaining',
];

/** Binds the names that Stryker's instrumenter calls to the functions of `active-mutant.ts`. */
const header = `const { isActive: stryMutAct_9fa48, cover: stryCov_9fa48 } = globalThis.limberMutants;\n`;

/**
 * All mutants of files and folders, and their code with every one of them in it, each behind a switch.
 *
 * @returns files: code by absolute path; mutants: `{ id, file, line, column, code, before, after }`, ids counted from 0;
 * code: the line that it begins on.
 */
export async function instrument(targets) {
  const paths = targets.flatMap((target) =>
    target.endsWith('.ts') ? [target] : sourcesIn(target),
  );
  const sources = paths.map((name) => ({
    name,
    content: readFileSync(name, 'utf8'),
    mutate: true,
  }));
  const options = { plugins: null, excludedMutations, ignorers: [], noHeader: true };
  const { files, mutants } = await new Instrumenter(silent).instrument(sources, options);
  const textOf = new Map(sources.map(({ name, content }) => [name, content.split('\n')]));
  return {
    files: Object.fromEntries(files.map(({ name, content }) => [name, header + content])),
    mutants: mutants
      .filter(({ status }) => status === undefined)
      .map(({ id, fileName, location, replacement }) => ({
        id: Number(id),
        file: fileName,
        line: location.start.line + 1,
        column: location.start.column + 1,
        code: textOf.get(fileName)[location.start.line].trim(),
        before: textBetween(textOf.get(fileName), location),
        after: replacement,
      })),
  };
}

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|suite)\.ts$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function textBetween(lines, { start, end }) {
  const whole = lines.slice(start.line, end.line + 1);
  whole[whole.length - 1] = whole.at(-1).slice(0, end.column);
  whole[0] = whole[0].slice(start.column);
  return whole.join('\n');
}

const silent = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false };
