import type { Engine, Variable } from '@limber/engine';
import { gatherNumbers } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Gradients } from '../hooks/hooks.ts';

/**
 * The processes that a fit is trained in, as its loops see them. In a fit of one process everything is what it is: nothing
 * is computed or waited for.
 */
export interface Ranks {
  readonly rank: number;
  readonly worldSize: number;
  /** Numbers of every rank, as many on each, in the order of ranks. */
  gather(values: readonly number[]): readonly (readonly number[])[];
  /** Sums of gradients over all ranks. */
  sumGradients(gradients: Gradients): Gradients;
  /** Gives all ranks the values of variables that rank 0 has. */
  broadcast(variables: readonly Variable[]): void;
}

/** A fit of one process. */
export const singleRank: Ranks = {
  rank: 0,
  worldSize: 1,
  gather: (values) => [values],
  sumGradients: (gradients) => gradients,
  broadcast: () => {},
};

/** The ranks that an engine was loaded with. */
export function createRanks(engine: Engine): Ranks {
  const { tf, collectives } = engine;
  if (collectives === null) return singleRank;
  const { rank, worldSize } = collectives;
  return {
    rank,
    worldSize,
    gather: (values) => gatherNumbers(engine, collectives, values),
    sumGradients: (gradients) => {
      const names = Object.keys(gradients);
      const sums = collectives.sum(names.map((name) => gradients[name]!));
      return Object.fromEntries(names.map((name, at) => [name, sums[at]!]));
    },
    broadcast: (variables) => {
      tf.tidy(() => {
        const values = collectives.broadcast(variables.map((variable) => variable.clone()));
        if (rank === 0) return;
        for (const [at, variable] of variables.entries()) variable.assign(values[at]!);
      });
    },
  };
}

/**
 * Compares what has to be the same on all ranks.
 *
 * @param facts - numbers by what they are.
 * @throws {LimberError} `invalid-argument` naming the first that differs, on every rank.
 */
export function checkSame(
  ranks: Ranks,
  facts: Readonly<Record<string, number>>,
  fix: string,
): void {
  const all = ranks.gather(Object.values(facts));
  for (const [at, name] of Object.keys(facts).entries()) {
    const values = all.map((ofRank) => ofRank[at]!);
    if (values.every((value) => Object.is(value, values[0]))) continue;
    throw new LimberError('invalid-argument', {
      where: 'ranks',
      what: `the processes differ in ${name}`,
      expected: 'the same on each',
      got: values.join(', '),
      fix,
    });
  }
}
