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
