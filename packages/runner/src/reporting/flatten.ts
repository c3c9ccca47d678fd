/** The leaves of a JSON value by their dotted names; a list is one leaf. */
export function flatten(value: unknown, path: readonly string[]): [string, unknown][] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isMap) return Object.entries(value).flatMap(([key, inner]) => flatten(inner, [...path, key]));
  return path.length === 0 ? [] : [[path.join('.'), value]];
}
