/** How much more often than without it a mutant may be come by before it counts as an endless loop. */
const hitFactor = 10;
const spareHits = 10_000;

/** The mutant that is switched on, as the code names it; null: the code is as it was written. */
let active: string | null = null;
let hits = 0;
let hitLimit = 0;
/** Mutants that were come by while files were loaded: to try them, the files would have to be loaded again. */
export const atLoad: Map<number, number> = new Map();
/** By mutant: how often it was come by; null where nobody counts. */
let counts: Map<number, number> | null = atLoad;

/** What the instrumented code calls: once for each mutant that it comes by. */
const limberMutants = {
  isActive(id: string): boolean {
    if (active !== id) return false;
    if (++hits > hitLimit) throw new Error('An endless loop, as it seems.');
    return true;
  },
  cover(...ids: readonly string[]): void {
    if (counts === null) return;
    for (const id of ids) counts.set(Number(id), (counts.get(Number(id)) ?? 0) + 1);
  },
};
Object.assign(globalThis, { limberMutants });

/** Switches a mutant on, and everything else off. */
export function activate(mutant: number, usualHits: number): void {
  active = `${mutant}`;
  hits = 0;
  hitLimit = hitFactor * usualHits + spareHits;
}

/** Makes the code what was written; returns whether the mutant was come by too often. */
export function deactivate(): boolean {
  active = null;
  return hits > hitLimit;
}

/** Counts from now on which mutants are come by, into this map; null stops it; it begins with {@link atLoad}. */
export function countInto(map: Map<number, number> | null): void {
  counts = map;
}

const atLoadOnly = process.env['LIMBER_MUTANT_AT_LOAD'];
if (atLoadOnly !== undefined) activate(Number(atLoadOnly), Infinity);
