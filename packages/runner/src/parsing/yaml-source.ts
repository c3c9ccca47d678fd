import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { Alias, Document, Node, YAMLParseError } from 'yaml';
import type { Diagnostic, Place } from './diagnostic.ts';
import { mergeKey } from './references.ts';

/** A way down into a YAML document: keys of maps and indexes of lists. */
export type YamlPath = readonly (string | number)[];

/** A parsed YAML text that still knows where every value was written. */
export interface YamlSource {
  readonly value: unknown;
  /** The place of the value at `path` (or of its key), or of the nearest ancestor that was written. */
  at(path: YamlPath, wanted?: 'key' | 'value'): Place;
  /** Whether there is something at `path`. */
  has(path: YamlPath): boolean;
}

/** A pipeline is written by hand; anything larger than this is something else. */
export const maxCharacters: number = 1 << 20;

/** A longer line is not shown with a message. */
const maxShown = 400;

const tooDeep = 'Lists or maps lie too deep in each other.';

/**
 * Parses one YAML document.
 *
 * Duplicate keys, syntax errors, aliases that multiply without bound and texts over 1 MiB become
 * diagnostics, and the result is undefined.
 *
 * @param file - as shown in messages.
 */
export function parseYamlSource(
  text: string,
  file: string,
  diagnostics: Diagnostic[],
): YamlSource | undefined {
  const lines = new LineCounter();
  const start: Place = { label: `${file}:1:1` };
  if (text.length > maxCharacters) {
    const message = `A pipeline file holds at most ${maxCharacters} characters, this one holds ${text.length}.`;
    diagnostics.push({ message, where: start });
    return undefined;
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const place = (from: number, to: number): Place => {
    const { line, col } = lines.linePos(from);
    const lineStart = lines.lineStarts[line - 1] ?? 0;
    const written = text.slice(lineStart).split(/\r?\n/, 1)[0] ?? '';
    const length = Math.max(1, text.slice(from, to).trimEnd().length);
    const label = `${file}:${line}:${col}`;
    if (written.length > maxShown) return { label };
    return { label, excerpt: { line, column: col, length, text: written } };
  };
  for (const problem of withoutFollowingErrors(document.errors)) {
    const where = place(problem.pos[0], problem.pos[1]);
    const isUnquoted = where.excerpt?.text.includes('${{') && problem.code !== 'DUPLICATE_KEY';
    const hint = isUnquoted ? ' A reference within { } or [ ] needs quotes around it.' : '';
    const isTooDeep = problem.code === 'RESOURCE_EXHAUSTION';
    const message = isTooDeep ? tooDeep : `${problem.message.replace(/\.$/, '')}.${hint}`;
    diagnostics.push({ message, where });
  }
  if (document.errors.length > 0) return undefined;
  keepMergedReferences(document);
  try {
    const value: unknown = document.toJS();
    return {
      value,
      at(path, wanted = 'value') {
        const range = locate(document, path, wanted)?.range;
        return range ? place(range[0], range[1]) : start;
      },
      has: (path) => document.hasIn(path),
    };
  } catch (error) {
    const alias = findAlias(document);
    const where = alias?.range ? place(alias.range[0], alias.range[1]) : start;
    const isTooDeep = error instanceof RangeError;
    diagnostics.push({ message: isTooDeep ? tooDeep : `${(error as Error).message}.`, where });
    return undefined;
  }
}

/** `<<: ${{ params.train }}` is no merge that YAML can make: it is left to who resolves references. */
function keepMergedReferences(document: Document): void {
  visit(document, {
    Pair(_, pair) {
      const { key, value } = pair;
      const isReference = isScalar(value) && String(value.value).includes('${{');
      if (!isReference || !isScalar(key) || key.source !== mergeKey) return;
      pair.key = Object.assign(new Scalar(mergeKey), { type: 'QUOTE_DOUBLE', range: key.range });
    },
  });
}

/** The last alias of a document: where aliases multiply, the one that multiplies most. */
function findAlias(document: Document): Alias | undefined {
  let last: Alias | undefined;
  visit(document, { Alias: (_, alias) => void (last = alias) });
  return last;
}

/** After a syntax error the parser reports errors in all that follows; only the first one helps. */
function withoutFollowingErrors(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
}

function locate(document: Document, path: YamlPath, wanted: 'key' | 'value'): Node | undefined {
  let node = document.contents ?? undefined;
  let key: Node | undefined;
  for (const segment of path) {
    const container: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && key.value === segment);
      if (pair === undefined) return key ?? node;
      key = pair.key as Node;
      node = (pair.value as Node | null) ?? key;
    } else if (isSeq(container)) {
      const item = container.items[Number(segment)] as Node | undefined;
      if (item === undefined) return key ?? node;
      key = item;
      node = item;
    } else return key ?? node;
  }
  return wanted === 'key' ? (key ?? node) : node;
}
