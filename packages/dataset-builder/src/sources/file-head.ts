/** How much of a file is looked at to recognise its format. */
export const headBytes: number = 64 * 1024;

/** How a file begins. It is kept for every file of a folder, so it holds no text. */
export interface FileHead {
  /** What it begins like: a JSON object, a list of JSON objects, XML, or anything else. */
  readonly type: 'object' | 'list' | 'xml' | 'other';
  /**
   * As far as the head reaches: the names of the fields of that object, or of the first one of the list; of XML, those of
   * its elements; else words at the start of a line with a colon, as YAML has them.
   */
  readonly keys: ReadonlySet<string>;
}

/** Looks at the first characters of a file, which may be cut anywhere. */
export function parseHead(text: string): FileHead {
  switch (text.trimStart().charAt(0)) {
    case '{':
      return { type: 'object', keys: copied(keysAt(text, 1)) };
    case '[':
      return { type: 'list', keys: copied(keysAt(text, 2)) };
    case '<':
      return { type: 'xml', keys: copied(namesIn(text, /<([\w.:-]+)[\s/>]/g)) };
    default:
      return { type: 'other', keys: copied(namesIn(text, /^([\w-]+)\s*:/gm)) };
  }
}

/** Longer names are of no format. */
const longestKey = 40;

/** A part of a text keeps the whole of it in memory: these are texts of their own. */
function copied(keys: Iterable<string>): Set<string> {
  const short = [...keys].filter((key) => key.length <= longestKey);
  return new Set(JSON.parse(JSON.stringify(short)) as string[]);
}

function namesIn(text: string, pattern: RegExp): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), ([, name]) => name!));
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
