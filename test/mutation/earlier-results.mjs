import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The first entry of a log: the content of the changed files, and which mutants are theirs. */
export function describeSources(mutants) {
  const sources = {};
  for (const { id, file } of mutants) {
    const name = relative('.', file);
    sources[name] ??= { digest: digestOf(file), first: id, last: id };
    sources[name].last = id;
  }
  return { event: 'sources', sources };
}

/**
 * What of an earlier log still holds, with the mutants' ids of now.
 *
 * A mutant stays killed while its file is as it was, and so does what a test file did not notice while that is too.
 *
 * @param log - as {@link readLog} gives it.
 * @param now - as {@link describeSources} gives it.
 */
export function keepResults(log, now) {
  const before = Object.assign({}, ...log.flatMap(({ sources }) => sources ?? []));
  const kept = Object.entries(now.sources).flatMap(([name, { digest, first }]) => {
    const old = before[name];
    return old?.digest === digest ? [{ ...old, shift: first - old.first }] : [];
  });
  const isSame = kept.length === Object.keys(now.sources).length;
  const idNow = (id) => {
    const of = kept.find(({ first, last }) => id >= first && id <= last);
    return of === undefined ? null : id + of.shift;
  };
  const digests = new Map(log.map(({ file, digest }) => [file, digest]).filter(([, it]) => it));
  const isUnchanged = (file) => existsSync(file) && digests.get(file) === digestOf(file);
  return log.flatMap((entry) => {
    const { event, file, mutant } = entry;
    if (mutant !== undefined) {
      const id = idNow(mutant);
      const isKept = event === 'end' && (entry.killer !== null || isUnchanged(file));
      return id !== null && (isKept || event === 'spoiled') ? [{ ...entry, mutant: id }] : [];
    }
    if (!isSame || !isUnchanged(file)) return [];
    if (event !== 'covered') return [entry];
    const idsNow = (ids) => ids.map(idNow).filter((id) => id !== null);
    return [{ ...entry, mutants: idsNow(entry.mutants), atLoad: idsNow(entry.atLoad) }];
  });
}

/** The entries of a log; none if there is no such file. */
export function readLog(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
