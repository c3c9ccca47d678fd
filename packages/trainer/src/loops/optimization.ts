import type { NamedTensors, NamedWeight, Tensor } from '@limber/engine';
import { LimberError } from '@limber/files';
import { ofPrefix, withPrefix } from '../checkpoints/name-prefix.ts';
import { readOptimizer, writeOptimizer } from '../checkpoints/optimizer-arrays.ts';
import type { Gradients } from '../hooks/hooks.ts';
import type { OptimizerSetup, ParameterGroup } from '../hooks/training-module.ts';
import type { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';

/** The optimizers of a fit. */
export interface Optimization {
  /** At least one. A single optimizer has the name `lr`, which its learning rate is logged by. */
  readonly groups: readonly (OptimizerSetup & { readonly name: string })[];
  /** Gives each optimizer the gradients of its weights. */
  apply(gradients: Gradients, rateOf: (schedule: LearningRateSchedule) => number): void;
  /** Slots by the names of weights; those of a group under its name. */
  read(weights: readonly NamedWeight[]): Promise<NamedTensors>;
  write(weights: readonly NamedWeight[], arrays: NamedTensors): void;
  dispose(): void;
}

/**
 * Makes one thing of what a module configures.
 *
 * @throws {LimberError} `invalid-argument` if groups share a name or a weight, or there is none.
 */
export function createOptimization(
  configured: OptimizerSetup | readonly ParameterGroup[],
): Optimization {
  if (!isGroups(configured)) {
    const { optimizer, schedule } = configured;
    return {
      groups: [{ name: 'lr', ...configured }],
      apply: (gradients, rateOf) => optimizer.applyGradients(gradients, rateOf(schedule)),
      read: (weights) => readOptimizer(optimizer, weights),
      write: (weights, arrays) => writeOptimizer(optimizer, weights, arrays),
      dispose: () => optimizer.dispose(),
    };
  }
  checkGroups(configured);
  return {
    groups: configured,
    apply: (gradients, rateOf) => {
      for (const [at, own] of splitGradients(configured, gradients).entries()) {
        const { optimizer, schedule } = configured[at]!;
        optimizer.applyGradients(own, rateOf(schedule));
      }
    },
    read: async (weights) => {
      let arrays: NamedTensors = {};
      for (const { name, optimizer } of configured) {
        arrays = { ...arrays, ...withPrefix(name, await readOptimizer(optimizer, weights)) };
      }
      return arrays;
    },
    write: (weights, arrays) => {
      for (const { name, optimizer } of configured) {
        writeOptimizer(optimizer, weights, ofPrefix(name, arrays));
      }
    },
    dispose: () => {
      for (const { optimizer } of configured) optimizer.dispose();
    },
  };
}

function isGroups(
  configured: OptimizerSetup | readonly ParameterGroup[],
): configured is readonly ParameterGroup[] {
  return Array.isArray(configured);
}

function splitGradients(
  groups: readonly ParameterGroup[],
  gradients: Gradients,
): readonly Gradients[] {
  const rest = new Map(Object.entries(gradients));
  const split = groups.map(({ variables }) => {
    const own: Record<string, Tensor> = {};
    for (const { name } of variables) {
      const gradient = rest.get(name);
      if (gradient !== undefined) own[name] = gradient;
      rest.delete(name);
    }
    return own;
  });
  const [left] = rest.keys();
  if (left === undefined) return split;
  throw invalid('a weight that no group trains', {
    expected: 'each trainable weight in one group',
    got: left,
  });
}

function checkGroups(groups: readonly ParameterGroup[]): void {
  if (groups.length === 0) {
    throw invalid('nothing that trains', {
      expected: 'an optimizer, or at least one group',
      got: 'none',
    });
  }
  const twice = (values: readonly string[]): string | undefined =>
    values.find((value, at) => values.indexOf(value) !== at);
  const name = twice(groups.map((group) => group.name));
  if (name !== undefined) {
    throw invalid('two groups with one name', {
      expected: 'a name of its own for each',
      got: name,
    });
  }
  const weight = twice(groups.flatMap(({ variables }) => variables.map((each) => each.name)));
  if (weight !== undefined) {
    throw invalid('a weight in two groups', { expected: 'each weight in one group', got: weight });
  }
}

function invalid(what: string, values: { expected: string; got: string }): LimberError {
  return new LimberError('invalid-argument', { where: 'configureOptimizers', what, ...values });
}
