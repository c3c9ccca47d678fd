import leven from 'leven';

/** How many known names a message lists before it only counts the rest. */
const namesListed = 12;

/**
 * The known name that a misspelt one most likely meant; of several, the one with the longest common
 * beginning.
 *
 * @returns undefined when none is within 2 edits, or within 40 % of the letters of a longer name.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const allowed = Math.max(2, Math.floor(name.length * 0.4));
  const near = known
    .map((candidate) => ({ candidate, distance: leven(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed);
  near.sort(
    (a, b) =>
      a.distance - b.distance ||
      commonStart(wanted, b.candidate) - commonStart(wanted, a.candidate),
  );
  return near[0]?.candidate;
}

/**
 * The sentence that helps after an unknown name: the nearest known one, or all when none is near.
 *
 * @returns ` Did you mean "epochs"?`, ` Expected one of: a, b.`, or nothing if no name is known.
 */
export function suggestName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return ` Did you mean "${nearest}"?`;
  if (known.length === 0) return '';
  const rest = known.length - namesListed;
  const listed = known.slice(0, namesListed).join(', ');
  return ` Expected one of: ${listed}${rest > 0 ? `, and ${rest} more` : ''}.`;
}

function commonStart(first: string, second: string): number {
  let length = 0;
  while (length < first.length && first[length] === second[length]?.toLowerCase()) length += 1;
  return length;
}
