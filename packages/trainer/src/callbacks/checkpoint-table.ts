/** A checkpoint that is kept, by its name within the folder. */
export interface CheckpointEntry {
  readonly name: string;
  /** The monitored metric; null where nothing is monitored. */
  readonly score: number | null;
}

/** Which checkpoints are kept. */
export interface TableRules {
  /** What is better in a monitored metric. */
  readonly mode: 'min' | 'max';
  /** How many are kept; -1 all, 0 none. */
  readonly saveTopK: number;
}

/**
 * Enters a checkpoint into the table of those that are kept: the k best by score, or the k newest without scores.
 *
 * Of equal scores the newer one counts as better: it was trained longer (Lightning keeps the older). NaN is worse than
 * every number.
 *
 * @param entries - best first; without scores, newest first.
 * @returns the new table and the names that left it, or null if the candidate is not kept.
 */
export function enterTable(
  entries: readonly CheckpointEntry[],
  candidate: CheckpointEntry,
  { mode, saveTopK }: TableRules,
): { entries: readonly CheckpointEntry[]; removed: readonly string[] } | null {
  const others = entries.filter(({ name }) => name !== candidate.name);
  const better = others.findIndex((entry) => isBetter(candidate.score, entry.score, mode));
  const at = better < 0 ? others.length : better;
  const all = [...others.slice(0, at), candidate, ...others.slice(at)];
  const kept = saveTopK < 0 ? all : all.slice(0, saveTopK);
  if (!kept.includes(candidate)) return null;
  return { entries: kept, removed: all.slice(kept.length).map(({ name }) => name) };
}

function isBetter(score: number | null, than: number | null, mode: 'min' | 'max'): boolean {
  if (score === null || than === null) return true;
  if (Number.isNaN(score)) return false;
  if (Number.isNaN(than)) return true;
  return mode === 'min' ? score <= than : score >= than;
}
