import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One file for each package: reasons, and under each the changes by file and line of code. */
const folder = join(import.meta.dirname, 'explained');

/**
 * Changes that no test can notice, or that none of these tests does, and why: by what {@link keyOf} gives.
 *
 * @throws if one is there twice.
 */
export function readExplanations() {
  const reasons = new Map();
  for (const name of readdirSync(folder).sort()) {
    for (const { because, changes } of JSON.parse(readFileSync(join(folder, name), 'utf8'))) {
      for (const [file, lines] of Object.entries(changes)) {
        for (const [code, list] of Object.entries(lines)) {
          for (const change of list) {
            const key = [file, code, change].join('\n');
            if (reasons.has(key)) throw new Error(`explained twice: ${key}`);
            reasons.set(key, because);
          }
        }
      }
    }
  }
  return reasons;
}

/** By which a mutant is found again when lines have moved: its file, its line of code, and the change. */
export function keyOf(mutant) {
  return [relative('.', mutant.file), mutant.code, changeOf(mutant)].join('\n');
}

/** A change as it is printed, on one line. */
export function changeOf({ before, after }) {
  return `${oneLine(before)} -> ${oneLine(after)}`;
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
