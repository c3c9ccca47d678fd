/**
 * Maps items with up to `limit` of them under way at once, and yields the results in the order of the items.
 *
 * Bounded: the next item starts when a result is taken, so a slow consumer slows the producer down. When
 * the consumer stops early, nothing new starts and what is under way is awaited.
 *
 * @param limit - at least 1.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const iterator = items[Symbol.iterator]();
  const pending: Promise<Result>[] = [];
  const fill = (): void => {
    while (pending.length < limit) {
      const next = iterator.next();
      if (next.done === true) return;
      const result = map(next.value);
      // a failure is thrown when its turn comes; until then it must not count as unhandled
      result.catch(() => undefined);
      pending.push(result);
    }
  };
  try {
    fill();
    while (pending.length > 0) {
      const value = await pending[0]!;
      void pending.shift();
      fill();
      yield value;
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
