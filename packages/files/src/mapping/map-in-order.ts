/**
 * Applies an asynchronous function to a stream, several items at a time, and gives the results in order.
 * The first failure ends it, after what has begun is done.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  concurrency: number,
  apply: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const task = apply(item);
      // a failure is met when its turn comes; until then it must not count as unhandled
      task.catch(() => undefined);
      running.push(task);
      if (running.length >= concurrency) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}
