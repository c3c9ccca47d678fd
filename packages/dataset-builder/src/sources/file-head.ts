/** How much of a file is looked at to recognise its format. */
export const headBytes: number = 64 * 1024;

/** How a file begins. */
export interface FileHead {
  /** The JSON that it begins like: an object, or a list of objects. */
  readonly type: 'object' | 'list' | 'other';
  /** The names of the fields of that object, or of the first one of the list, as far as the head reaches. */
  readonly keys: ReadonlySet<string>;
  readonly text: string;
}

/** Looks at the first characters of a file, which may be cut anywhere. */
export function parseHead(text: string): FileHead {
  const [first] = text.trimStart();
  if (first === '{') return { type: 'object', keys: keysAt(text, 1), text };
  if (first === '[') return { type: 'list', keys: keysAt(text, 2), text };
  return { type: 'other', keys: new Set(), text };
}

/** The names of fields in the first object at a depth, counted from 1. */
function keysAt(text: string, wanted: number): Set<string> {
  const keys = new Set<string>();
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') {
      if (depth === wanted) return keys;
      depth -= 1;
    } else if (token === ':' && depth === wanted) keys.add(last);
    last = token.slice(1, -1);
  }
  return keys;
}
