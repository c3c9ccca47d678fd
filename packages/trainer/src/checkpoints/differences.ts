/** A place where two values differ, such as `config.optimizer.learningRate`. */
export interface Difference {
  readonly path: string;
  /** As JSON, or `absent`. */
  readonly from: string;
  readonly to: string;
}

/**
 * Every place where two JSON values differ, such as the `hyperParameters` of two checkpoints. Records are compared key by
 * key, lists as a whole.
 *
 * @param path - put before the keys.
 */
export function differencesOf(from: unknown, to: unknown, path = ''): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) =>
      differencesOf(from[key], to[key], path === '' ? key : `${path}.${key}`),
    );
  }
  const [before, after] = [JSON.stringify(from) ?? 'absent', JSON.stringify(to) ?? 'absent'];
  return before === after ? [] : [{ path, from: before, to: after }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
