import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';

/** Newer versions of Node run TypeScript by leaving out its types. */
const { stripTypeScriptTypes: stripTypes = (text) => text } = nodeModule as {
  stripTypeScriptTypes?: (text: string) => string;
};

/** The JavaScript of a file, as Node runs it. */
export function readScript(path: string): string {
  const text = readFileSync(path, 'utf8');
  return /\.[cm]?ts$/.test(path) ? stripTypes(text) : text;
}
