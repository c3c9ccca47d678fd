import { expect, test } from 'vitest';
import { mapInOrder } from './map-in-order.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let number = 0; number < to; number++) yield number;
}

test('results come in order, no more than so many at a time', async () => {
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
  for await (const result of mapInOrder(count(7), 3, apply)) results.push(result);
  expect(results).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(most).toBe(3);
});

test('a failure ends it in its turn', async () => {
  const results: number[] = [];
  const run = async (): Promise<void> => {
    const apply = async (number: number): Promise<number> => {
      if (number === 2) throw new Error('two');
      return number;
    };
    for await (const result of mapInOrder(count(9), 4, apply)) results.push(result);
  };
  await expect(run()).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
});
