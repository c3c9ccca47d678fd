import type { Node } from 'acorn';
import { sha256Of } from '../store/tree.ts';

/**
 * A digest of what an ES module does: of its syntax tree, so that comments, white space, quotes and
 * needless parentheses do not matter.
 *
 * @throws {SyntaxError} if the text is no ES module.
 */
export async function digestMeaning(text: string): Promise<string> {
  const { parse } = await import('acorn');
  const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  return sha256Of(JSON.stringify(tree, omitForm));
}

/** Leaves out places, and the spelling of literals; JSON has no big integers and no infinity. */
function omitForm(this: unknown, key: string, value: unknown): unknown {
  if (key === 'start' || key === 'end') return undefined;
  if (key === 'raw' && (this as Node).type === 'Literal') return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}
