import leven from 'leven';

/**
 * The sentence that helps after an unknown name: the nearest valid one, or all when none is near.
 *
 * @returns ` Did you mean "epochs"?`, ` Expected one of: a, b.`, or nothing without candidates.
 */
export function suggestName(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  if (nearest !== undefined) return ` Did you mean "${nearest}"?`;
  if (candidates.length === 0) return '';
  const shown = candidates.slice(0, 12).join(', ');
  const rest = candidates.length > 12 ? `, and ${candidates.length - 12} more` : '';
  return ` Expected one of: ${shown}${rest}.`;
}

function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const maxDistance = Math.max(2, Math.floor(name.length * 0.4));
  const near = candidates
    .map((candidate) => ({ candidate, distance: leven(name, candidate) }))
    .filter(({ distance }) => distance <= maxDistance);
  near.sort((a, b) => a.distance - b.distance || start(b.candidate) - start(a.candidate));
  return near[0]?.candidate;

  function start(candidate: string): number {
    let length = 0;
    while (length < name.length && name[length] === candidate[length]) length++;
    return length;
  }
}
