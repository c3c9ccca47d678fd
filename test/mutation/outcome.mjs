import { relative } from 'node:path';

/**
 * What became of the mutants, as text: a line for each that survived, then one for each file.
 *
 * @param mutants - as `instrument` gives them.
 * @param log - events of `mutation-runner.ts`.
 */
export function describeOutcome(mutants, log) {
  const covered = new Set(log.flatMap((entry) => (entry.event === 'covered' ? entry.mutants : [])));
  const atLoad = new Set(log.flatMap((entry) => (entry.event === 'covered' ? entry.atLoad : [])));
  const killed = new Map();
  const tried = new Set();
  for (const { event, mutant, killer, isTimeout } of log) {
    if (event === 'end') tried.add(mutant);
    if (event === 'end' && killer !== null) killed.set(mutant, isTimeout ? 'timed out' : 'killed');
    if (event === 'spoiled') killed.delete(mutant);
  }
  const outcomeOf = ({ id }) => {
    if (killed.has(id)) return killed.get(id);
    if (!covered.has(id)) return atLoad.has(id) ? 'only at load' : 'not reached';
    return tried.has(id) ? 'survived' : 'not tried';
  };
  const dropped = log.flatMap(({ event, file, dropped }) =>
    event === 'covered' ? dropped.map((name) => `${file} > ${name}`) : [],
  );
  return [
    ...dropped.map((test) => `not used, since it fails without a mutant when run again: ${test}`),
    ...mutants
      .map((mutant) => ({ ...mutant, outcome: outcomeOf(mutant) }))
      .filter(({ outcome }) => !['killed', 'timed out', 'not tried'].includes(outcome))
      .map(
        ({ file, line, column, before, after, outcome }) =>
          `${outcome}: ${relative('.', file)}:${line}:${column}: ${oneLine(before)} -> ${oneLine(after)}`,
      ),
    ...tally(mutants, outcomeOf),
  ].join('\n');
}

/** Code that runs while a file is loaded is not run again for a mutant. */
const noneYet = {
  killed: 0,
  'timed out': 0,
  survived: 0,
  'not reached': 0,
  'only at load': 0,
  'not tried': 0,
};

function tally(mutants, outcomeOf) {
  const rows = new Map();
  for (const mutant of mutants) {
    for (const name of [relative('.', mutant.file), 'all']) {
      const row = rows.get(name) ?? { ...noneYet };
      row[outcomeOf(mutant)]++;
      rows.set(name, row);
    }
  }
  const all = rows.get('all');
  rows.delete('all');
  const sorted = [...rows, ['all', all ?? {}]];
  return sorted.map(([name, row]) => {
    const counts = Object.entries(row).filter(([, count]) => count > 0);
    return `${name}: ${counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`;
  });
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
