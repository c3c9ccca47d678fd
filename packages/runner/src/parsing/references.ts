/** What stands between `${{` and `}}`. */
export type Reference = {
  /** As written: `params.train.lr`. */
  readonly text: string;
} & (
  | { readonly type: 'param'; readonly path: readonly string[] }
  | { readonly type: 'output'; readonly stage: string; readonly output: string }
  | { readonly type: 'matrix'; readonly key: string }
  | { readonly type: 'environment'; readonly variable: string }
  | { readonly type: 'invalid' }
);

/** A text cut into literal pieces and references, in order. */
export type TemplatePart = string | Reference;

/** The key of a map that takes over the keys of what it refers to, under the map's own. */
export const mergeKey = '<<';

/** What a reference can be, for messages. */
export const referenceForms =
  'params.<name>, matrix.<key>, env.<VARIABLE> or stages.<stage>.<output>';

/**
 * Cuts a text at its `${{ }}` references. Nothing is evaluated: a reference is a dotted path,
 * `params.train.epochs`, `matrix.model`, `env.HOME` or `stages.pack.shards`.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{\{(.*?)\}\}/gs)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(parseReference((match[1] ?? '').trim()));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

function parseReference(text: string): Reference {
  const [root, ...path] = text.split('.');
  const isPath = path.length > 0 && path.every((segment) => /^[^\s.{}]+$/.test(segment));
  const [first, second] = path;
  if (!isPath) return { type: 'invalid', text };
  if (root === 'params') return { type: 'param', path, text };
  if (root === 'matrix' && path.length === 1) return { type: 'matrix', key: first!, text };
  if (root === 'env' && path.length === 1) return { type: 'environment', variable: first!, text };
  if (root === 'stages' && path.length === 2) {
    return { type: 'output', stage: first!, output: second!, text };
  }
  return { type: 'invalid', text };
}

/** Every reference in a YAML value, with the path of the text that holds it. */
export function* findReferences(
  value: unknown,
  path: readonly (string | number)[],
): Generator<{ readonly reference: Reference; readonly path: readonly (string | number)[] }> {
  if (typeof value === 'string') {
    for (const part of parseTemplate(value)) {
      if (typeof part !== 'string') yield { reference: part, path };
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* findReferences(item, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* findReferences(item, [...path, key]);
  }
}
