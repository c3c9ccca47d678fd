/** Shares processors among stages. */
export interface CpuPool {
  /** Waits until `cpu` processors are free (at most all there are); call the result to return them. */
  acquire(cpu: number): Promise<() => void>;
}

/** A pool of `total` processors, served in the order of asking. */
export function createCpuPool(total: number): CpuPool {
  let free = total;
  const waiting: { readonly cpu: number; readonly start: () => void }[] = [];
  const serve = (): void => {
    for (let next = waiting[0]; next !== undefined && next.cpu <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.cpu;
      next.start();
    }
  };
  return {
    acquire(cpu) {
      const share = Math.min(cpu, total);
      return new Promise((resolve) => {
        let isHeld = true;
        const giveBack = (): void => {
          if (!isHeld) return;
          isHeld = false;
          free += share;
          serve();
        };
        waiting.push({ cpu: share, start: () => resolve(giveBack) });
        serve();
      });
    },
  };
}
