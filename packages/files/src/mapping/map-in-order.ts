/**
 * Maps items with several under way at once, and gives the results in the order of the items.
 *
 * Bounded: the next item is taken when a result is, so a slow consumer slows the source down. A
 * failure is thrown in its turn, after the results before it. When the consumer stops early nothing
 * new starts, and what is under way is awaited: no task outlives the loop.
 *
 * @param options.concurrency - how many may be under way, >= 1.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: { readonly concurrency: number },
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const pending: Promise<Result>[] = [];
  let isDone = false;
  const fill = async (): Promise<void> => {
    while (!isDone && pending.length < options.concurrency) {
      const taken = iterator.next();
      const next = taken instanceof Promise ? await taken : taken;
      isDone = next.done === true;
      if (next.done === true) return;
      const result = map(next.value);
      // a failure is thrown in its turn; until then it must not count as unhandled
      result.catch(() => undefined);
      pending.push(result);
    }
  };
  try {
    await fill();
    while (pending.length > 0) {
      const value = await pending[0]!;
      void pending.shift();
      await fill();
      yield value;
    }
  } finally {
    await Promise.allSettled(pending);
    if (!isDone) await iterator.return?.();
  }
}
