import { describe, expect, test } from 'vitest';
import { mapInOrder } from './map-in-order.ts';

/** Promises that are resolved by hand, to control who finishes first. */
function createGate(): {
  enter: (item: number) => Promise<number>;
  open: (item: number) => void;
  entered: number[];
} {
  const resolvers = new Map<number, (value: number) => void>();
  const entered: number[] = [];
  const enter = (item: number): Promise<number> => {
    entered.push(item);
    return new Promise((resolve) => {
      resolvers.set(item, resolve);
    });
  };
  return { enter, entered, open: (item) => resolvers.get(item)!(item * 10) };
}

describe('mapInOrder', () => {
  test('results come in the order of the items, whichever is ready first', async () => {
    const { enter, open } = createGate();
    const results = mapInOrder([1, 2, 3], { concurrency: 3 }, enter);
    const first = results.next();
    open(3);
    open(2);
    open(1);
    expect(await first).toEqual({ done: false, value: 10 });
    expect(await results.next()).toEqual({ done: false, value: 20 });
    expect(await results.next()).toEqual({ done: false, value: 30 });
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('no more than the limit are under way until a result is taken', async () => {
    const { enter, open, entered } = createGate();
    const results = mapInOrder([1, 2, 3, 4, 5, 6], { concurrency: 2 }, enter);
    const first = results.next();
    expect(entered).toEqual([1, 2]);
    open(2);
    open(1);
    await first;
    expect(entered).toEqual([1, 2, 3]);
    for (const item of [3]) open(item);
    await results.next();
    expect(entered).toEqual([1, 2, 3, 4]);
    open(4);
    await results.return();
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  test('stopping early waits for what is under way and starts nothing new', async () => {
    const started: number[] = [];
    const finished: number[] = [];
    const work = async (item: number): Promise<number> => {
      started.push(item);
      await Promise.resolve();
      finished.push(item);
      return item;
    };
    for await (const item of mapInOrder([1, 2, 3, 4, 5], { concurrency: 2 }, work))
      if (item === 1) break;
    expect(started).toEqual([1, 2, 3]);
    expect(finished).toEqual([1, 2, 3]);
  });

  test('a failure is thrown in its turn, after the results before it', async () => {
    const work = async (item: number): Promise<number> => {
      if (item === 2) throw new Error('two is damaged');
      return Promise.resolve(item);
    };
    const results = mapInOrder([1, 2, 3], { concurrency: 3 }, work);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(results.next()).rejects.toThrow('two is damaged');
  });
});

async function* count(to: number): AsyncGenerator<number> {
  for (let number = 0; number < to; number++) yield number;
}

test('an async source: results come in order, no more than so many at a time', async () => {
  let running = 0;
  let most = 0;
  const waiters: (() => void)[] = [];
  const apply = async (number: number): Promise<number> => {
    most = Math.max(most, ++running);
    // the last of a batch lets go of all of them, the latest first
    if (waiters.length === 2 || number === 6) {
      for (const go of waiters.splice(0).reverse()) go();
    } else {
      await new Promise<void>((resolve) => {
        waiters.push(resolve);
      });
    }
    running--;
    return number * 10;
  };
  const results: number[] = [];
  for await (const result of mapInOrder(count(7), { concurrency: 3 }, apply)) results.push(result);
  expect(results).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(most).toBe(3);
});

test('an async source: a failure ends it in its turn', async () => {
  const results: number[] = [];
  const run = async (): Promise<void> => {
    const apply = async (number: number): Promise<number> => {
      if (number === 2) throw new Error('two');
      return number;
    };
    for await (const result of mapInOrder(count(9), { concurrency: 4 }, apply))
      results.push(result);
  };
  await expect(run()).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
});

test('the source is told when the consumer stops early', async () => {
  let isClosed = false;
  const source = async function* (): AsyncGenerator<number> {
    try {
      for (;;) yield 1;
    } finally {
      isClosed = true;
    }
  };
  for await (const result of mapInOrder(source(), { concurrency: 2 }, async (one) => one)) {
    if (result === 1) break;
  }
  expect(isClosed).toBe(true);
});
