type AnyFunction = (...values: unknown[]) => unknown;

/** Stands around the calls of a function: it gets their values, and what makes the call. */
export type Around = (values: readonly unknown[], call: () => unknown) => unknown;

/**
 * Puts something around each function of a built-in module, for whoever calls it through the module. What has
 * imported them by name sees that after `syncBuiltinESMExports`.
 *
 * @param around - by the function's name.
 * @returns what takes it away again.
 */
export function watchCalls(module: object, around: (name: string) => Around): () => void {
  const functions = module as Record<string, AnyFunction>;
  const originals = Object.entries(functions).filter(
    ([name, value]) => /^[a-z]/.test(name) && typeof value === 'function',
  );
  for (const [name, original] of originals) {
    const enter = around(name);
    const watched = (inner: AnyFunction): AnyFunction => {
      const own: AnyFunction = function (this: unknown, ...values) {
        return enter(values, () => inner.apply(this, values));
      };
      return Object.defineProperties(own, Object.getOwnPropertyDescriptors(inner));
    };
    const own = watched(original);
    // `realpath.native`
    if ('native' in original) {
      Object.assign(own, { native: watched(original.native as AnyFunction) });
    }
    functions[name] = own;
  }
  return () => Object.assign(functions, Object.fromEntries(originals));
}
