/** Whether a JSON value is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The leaves of nested maps and the path to each; a list is one leaf, and so is an empty map. */
export function leavesOf(
  value: unknown,
  path: readonly string[] = [],
): (readonly [path: readonly string[], leaf: unknown])[] {
  const members = isMap(value) ? Object.entries(value) : [];
  if (members.length > 0) {
    return members.flatMap(([key, member]) => leavesOf(member, [...path, key]));
  }
  return path.length === 0 ? [] : [[path, value]];
}

/** The value at a path of nested maps; undefined if there is none. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const segment of path) {
    if (!isMap(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
  }
  return value;
}

/**
 * Puts a value at a path of nested maps, which are made where there are none. A `${{ }}` reference on
 * the way becomes the base of a map of its own.
 */
export function setIn(
  root: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): void {
  let group = root;
  for (const segment of path.slice(0, -1)) {
    const inner = Object.hasOwn(group, segment) ? group[segment] : undefined;
    if (!isMap(inner)) group[segment] = typeof inner === 'string' ? { '<<': inner } : {};
    group = group[segment] as Record<string, unknown>;
  }
  group[path.at(-1)!] = value;
}

/** Lays a map over another, key by key; anything but maps is replaced. */
export function mergeMaps(upper: unknown, under: unknown): unknown {
  if (!isMap(upper) || !isMap(under)) return upper;
  const merged = Object.entries(upper).map(([key, value]) => [
    key,
    Object.hasOwn(under, key) ? mergeMaps(value, under[key]) : value,
  ]);
  return { ...under, ...Object.fromEntries(merged) };
}

/** The value of a JSON text; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A text that fits into a message. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
