import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCpuPool } from './cpu-pool.ts';

it('never gives out more than it has, and serves everyone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 20 }),
      async (total, demands) => {
        const pool = createCpuPool(total);
        let used = 0;
        let most = 0;
        const work = async (cpu: number): Promise<void> => {
          const giveBack = await pool.acquire(cpu);
          used += Math.min(cpu, total);
          most = Math.max(most, used);
          await Promise.resolve();
          used -= Math.min(cpu, total);
          giveBack();
          giveBack();
        };
        await Promise.all(demands.map(work));
        expect(most).toBeLessThanOrEqual(total);
        expect(used).toBe(0);
      },
    ),
  );
});
