import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderStages, withDependents, withNeeded } from './stage-order.ts';

const shuffledGraph = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(
      fc.array(fc.array(fc.nat(count - 1), { maxLength: 4 }), {
        minLength: count,
        maxLength: count,
      }),
      fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
    ),
  )
  .map(([edges, order]) =>
    order.map((index) => ({
      name: `s${index}`,
      needs: edges[index]!.filter((other) => other < index).map((other) => `s${other}`),
    })),
  );

it('every stage comes after those it needs', () => {
  fc.assert(
    fc.property(shuffledGraph, (stages) => {
      const order = orderStages(stages);
      if (order.type !== 'ordered') throw new Error('found a cycle in a graph without one');
      const position = new Map(order.stages.map(({ name }, index) => [name, index]));
      expect(position.size).toBe(stages.length);
      for (const { name, needs } of stages) {
        for (const needed of needs) expect(position.get(needed)!).toBeLessThan(position.get(name)!);
      }
    }),
  );
});

it('an edge back makes a cycle, and the way round it follows real edges', () => {
  fc.assert(
    fc.property(shuffledGraph, (stages) => {
      const [first] = stages;
      const target = [...withDependents(orderedOf(stages), [first!.name])].at(-1)!;
      const looped = stages.map((stage) =>
        stage === first ? { ...stage, needs: [...stage.needs, target] } : stage,
      );
      const order = orderStages(looped);
      if (order.type !== 'cycle') throw new Error('found no cycle');
      expect(order.path[0]).toBe(order.path.at(-1));
      for (const [index, name] of order.path.slice(0, -1).entries()) {
        const { needs } = looped.find((stage) => stage.name === name)!;
        expect(needs).toContain(order.path[index + 1]);
      }
    }),
  );
});

it('finds what a stage needs and what needs it', () => {
  const stages = [
    { name: 'a', needs: [] },
    { name: 'b', needs: ['a'] },
    { name: 'c', needs: ['b'] },
    { name: 'd', needs: ['a'] },
  ];
  expect([...withNeeded(stages, ['c'])].sort()).toEqual(['a', 'b', 'c']);
  expect([...withDependents(stages, ['b'])].sort()).toEqual(['b', 'c']);
});

function orderedOf<T extends { readonly name: string; readonly needs: readonly string[] }>(
  stages: readonly T[],
): readonly T[] {
  const order = orderStages(stages);
  return order.type === 'ordered' ? order.stages : [];
}
