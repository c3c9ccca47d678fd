import { LimberError } from '@limber/files';
import type { Catalogue, CataloguePerson } from './catalogue.ts';
import type { Choice, PersonFilter, Visibility } from './viewer-api.ts';
import { orders, visibilities } from './viewer-api.ts';

/** The persons that a filter lets through, as places in the catalogue, in the order that it asks for. */
export function selectPersons(
  { persons, predictions }: Pick<Catalogue, 'persons' | 'predictions'>,
  { split, visibility, finding, maxScore, order = 'dataset' }: PersonFilter,
): number[] {
  const scoreOf = (index: number): number | undefined => predictions.get(index)?.score;
  const isIn = (person: CataloguePerson, index: number): boolean =>
    (split === undefined || person.split === split) &&
    (visibility === undefined || hasVisibility(person, visibility)) &&
    (finding === undefined || person.findings.some(({ rule }) => rule === finding)) &&
    (maxScore === undefined || (scoreOf(index) ?? Infinity) <= maxScore);
  const chosen = persons.flatMap((person, index) => (isIn(person, index) ? [index] : []));
  switch (order) {
    case 'dataset':
      return chosen;
    case 'lowest-score':
      return chosen.sort((a, b) => (scoreOf(a) ?? Infinity) - (scoreOf(b) ?? Infinity));
    case 'highest-score':
      return chosen.sort((a, b) => (scoreOf(b) ?? -Infinity) - (scoreOf(a) ?? -Infinity));
  }
}

function hasVisibility({ keypoints }: CataloguePerson, visibility: Visibility): boolean {
  const has = (wanted: number): boolean => {
    for (let at = 2; at < keypoints.length; at += 3) if (keypoints[at] === wanted) return true;
    return false;
  };
  switch (visibility) {
    case 'visible':
      return has(2) && !has(1);
    case 'hidden':
      return has(1);
    case 'not-labelled':
      return keypoints.length === 0 || has(0);
  }
}

/**
 * Reads a filter from the query of an address.
 *
 * @throws {LimberError} `invalid-argument` for a value that is none of those that can be chosen.
 */
export function toFilter(query: URLSearchParams): PersonFilter {
  const [split, finding, maxScore] = ['split', 'finding', 'maxScore'].map(
    (name) => query.get(name) ?? undefined,
  );
  const visibility = oneOf(visibilities, query, 'visibility');
  const order = oneOf(orders, query, 'order');
  return {
    ...(split === undefined ? {} : { split }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(finding === undefined ? {} : { finding }),
    ...(maxScore === undefined ? {} : { maxScore: Number(maxScore) }),
    ...(order === undefined ? {} : { order }),
  };
}

function oneOf<T extends string>(
  values: readonly T[],
  query: URLSearchParams,
  field: string,
): T | undefined {
  const text = query.get(field);
  const found = values.find((value) => value === text);
  if (found !== undefined || text === null) return found;
  const problem = { where: field, what: 'no such value', expected: values.join(', '), got: text };
  throw new LimberError('invalid-argument', problem);
}

/** The splits of the persons, and what was found about them, each with how many it concerns. */
export function choicesOf(persons: readonly CataloguePerson[]): {
  readonly splits: readonly Choice[];
  readonly findings: readonly Choice[];
} {
  const splits = new Map<string, number>();
  const findings = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): void =>
    void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const person of persons) {
    if (person.split !== null) count(splits, person.split);
    for (const rule of new Set(person.findings.map((finding) => finding.rule))) {
      count(findings, rule);
    }
  }
  const toChoices = (counts: ReadonlyMap<string, number>): Choice[] =>
    Array.from(counts, ([name, value]) => ({ name, count: value }));
  return {
    splits: toChoices(splits),
    findings: toChoices(findings).sort((a, b) => b.count - a.count),
  };
}
