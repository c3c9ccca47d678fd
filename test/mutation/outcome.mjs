import { relative } from 'node:path';
import { changeOf, keyOf, readExplanations } from './explanations.mjs';

/**
 * What became of the mutants, as text: a line for each that survived without an explanation, one for each explanation of
 * something else, then one for each file.
 *
 * @param mutants - as `instrument` gives them.
 * @param log - events of `mutation-runner.ts` and `try-at-load.mjs`.
 */
export function describeOutcome(mutants, log) {
  const reasons = readExplanations();
  const found = findOutcomes(mutants, log);
  const outcomeOf = (mutant) => {
    const outcome = found.get(mutant.id);
    return unnoticed.includes(outcome) && reasons.has(keyOf(mutant)) ? 'explained' : outcome;
  };
  const dropped = log.flatMap(({ event, file, dropped }) =>
    event === 'covered' ? dropped.map((name) => `${file} > ${name}`) : [],
  );
  return [
    ...dropped.map((test) => `not used, since it fails without a mutant when run again: ${test}`),
    ...mutants
      .filter((mutant) => unnoticed.includes(outcomeOf(mutant)))
      .map(
        (mutant) =>
          `${outcomeOf(mutant)}: ${relative('.', mutant.file)}:${mutant.line}:${mutant.column}: ${changeOf(mutant)}`,
      ),
    ...needless(mutants, { reasons, outcomeOf }),
    ...tally(mutants, outcomeOf),
  ].join('\n');
}

/** Ids of those that no test comes by once files are loaded, and that were not tried so either. */
export function ranOnlyAtLoad(mutants, log) {
  const found = findOutcomes(mutants, log);
  return mutants.map(({ id }) => id).filter((id) => found.get(id) === 'only at load');
}

const unnoticed = ['survived', 'not reached', 'only at load'];

/** By id. */
function findOutcomes(mutants, log) {
  const covered = new Set(log.flatMap((entry) => (entry.event === 'covered' ? entry.mutants : [])));
  const atLoad = new Set(log.flatMap((entry) => (entry.event === 'covered' ? entry.atLoad : [])));
  const killed = new Map();
  const tried = new Set();
  for (const { event, mutant, killer, isTimeout } of log) {
    if (event === 'end') tried.add(mutant);
    if (event === 'end' && killer !== null) killed.set(mutant, isTimeout ? 'timed out' : 'killed');
    if (event === 'spoiled') killed.delete(mutant);
  }
  const outcomeOf = (id) => {
    if (killed.has(id)) return killed.get(id);
    if (tried.has(id)) return 'survived';
    if (covered.has(id)) return 'not tried';
    return atLoad.has(id) ? 'only at load' : 'not reached';
  };
  return new Map(mutants.map(({ id }) => [id, outcomeOf(id)]));
}

/** Explanations of changes in these files that are noticed, or that there are no more. */
function needless(mutants, { reasons, outcomeOf }) {
  const files = new Set(mutants.map(({ file }) => relative('.', file)));
  const outcomes = new Map();
  for (const mutant of mutants) {
    const key = keyOf(mutant);
    outcomes.set(key, [...(outcomes.get(key) ?? []), outcomeOf(mutant)]);
  }
  return [...reasons.keys()].flatMap((key) => {
    const [file, code, change] = key.split('\n');
    if (!files.has(file)) return [];
    const found = outcomes.get(key) ?? ['not there any more'];
    if (found.includes('explained') || found.includes('not tried')) return [];
    return [`explained, but ${found[0]}: ${file}: ${code}: ${change}`];
  });
}

const noneYet = {
  killed: 0,
  'timed out': 0,
  survived: 0,
  explained: 0,
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
