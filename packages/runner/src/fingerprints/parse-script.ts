import type { AnyNode, Program } from 'acorn';
import { sha256Of } from '../store/sha256.ts';
import { readScript } from './read-script.ts';

/**
 * Reads what a script or module means: a digest of its syntax tree, so that comments, white space,
 * quotes and needless parentheses do not matter, and the imports that name no file before they run.
 *
 * @returns undefined if it is no JavaScript.
 */
export async function parseScript(
  path: string,
): Promise<{ readonly sha256: string; readonly unfollowed: readonly string[] } | undefined> {
  const { parse } = await import('acorn');
  const text = readScript(path);
  const unfollowed = new Set<string>();
  const parseAs = (sourceType: 'module' | 'script'): Program | undefined => {
    try {
      return parse(text, {
        ecmaVersion: 'latest',
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: sourceType === 'script',
      });
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
  const tree = (/\.c[jt]s$/.test(path) ? undefined : parseAs('module')) ?? parseAs('script');
  if (tree === undefined) return undefined;
  const json = JSON.stringify(tree, function (this: AnyNode, key, value: unknown) {
    if (key === 'type' && isUnfollowed(this, tree))
      unfollowed.add(text.slice(this.start, this.end));
    return omitForm(this, key, value);
  });
  return { sha256: sha256Of(json), unfollowed: [...unfollowed] };
}

/** Leaves out places, and the spelling of literals; JSON has no big integers and no infinity. */
function omitForm(node: AnyNode, key: string, value: unknown): unknown {
  if (key === 'start' || key === 'end') return undefined;
  if (key === 'raw' && node.type === 'Literal') return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

/** Whether a node loads something that the text does not tell, not even its folder. */
function isUnfollowed(node: AnyNode, { sourceType }: Program): boolean {
  if (node.type === 'ImportExpression') return !isTold(node.source);
  if (node.type !== 'CallExpression' || sourceType === 'module') return false;
  const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require';
  return isRequire && node.arguments.length > 0 && !isTold(node.arguments[0]!);
}

function isTold(node: AnyNode): boolean {
  if (node.type === 'TemplateLiteral') {
    return node.expressions.length === 0 || node.quasis[0]!.value.raw.startsWith('.');
  }
  if (node.type === 'NewExpression') return node.arguments.slice(0, 1).some(isTold);
  if (node.type !== 'BinaryExpression') return node.type === 'Literal';
  const { left } = node;
  return left.type === 'Literal' ? String(left.value).startsWith('.') : isTold(left);
}
