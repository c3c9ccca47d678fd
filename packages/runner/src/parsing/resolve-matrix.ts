import type { ZodType } from 'zod';
import { z } from 'zod';
import type { Place } from './diagnostic.ts';
import type { Combination, Matrix } from './expand-matrix.ts';
import { expandMatrix, nameCombination } from './expand-matrix.ts';
import { resolveReferences } from './resolve-references.ts';
import { checkSchema, subjectIn } from './schema-diagnostics.ts';
import type { StageScope } from './stage-scope.ts';
import { referencesIn } from './stage-scope.ts';

/** One of the stages that a declared stage stands for. */
export interface Member {
  /** `train`, or `train@tiny-1` in a matrix. */
  readonly name: string;
  /** What the matrix adds to the name; empty without one. */
  readonly key: string;
  readonly combination: Combination;
}

/** The members of a stage: itself, or one for each combination of its matrix. */
export interface Members {
  /** The keys that tell members apart; empty without a matrix. */
  readonly axes: readonly string[];
  readonly list: readonly Member[];
}

/** More stages than this are a mistake; they would fill the memory before anything ran. */
const maxMembers = 1000;

/** Resolves a stage's matrix. What is wrong becomes diagnostics. */
export function resolveMatrix(scope: StageScope): Members {
  const { stage, declared, diagnostics } = scope;
  if (stage.matrix === undefined) {
    return { axes: [], list: [{ name: stage.name, key: '', combination: {} }] };
  }
  const where = (): Place => declared.source.at(['stages', stage.name, 'matrix'], 'key');
  const { value } = resolveReferences(stage.matrix, referencesIn(scope, ['matrix'], '<value>'));
  const about = { subject: `Stage "${stage.name}"`, diagnostics, prefix: 'matrix' };
  const subject = subjectIn(declared.source, ['stages', stage.name, 'matrix'], about);
  const checked = checkSchema(matrixSchema, value, subject);
  if (checked === undefined) return { axes: [], list: [] };
  const { include = [], exclude = [], ...axes } = checked.parsed;
  const sizes = Object.values(axes).map((values) => values.length);
  const count = sizes.reduce((product, size) => product * size, 1) + include.length;
  if (count > maxMembers) {
    const message = `Stage "${stage.name}": the matrix has ${sizes.join(' x ')} = ${count} combinations, expected at most ${maxMembers}. Take values out, or run the rest as another pipeline.`;
    diagnostics.push({ message, where: where() });
    return { axes: [], list: [] };
  }
  const problem = findUnknownKey({ axes: axes as Matrix['axes'], include, exclude });
  const combinations = expandMatrix({ axes: axes as Matrix['axes'], include, exclude });
  const list = combinations.map((combination) => {
    const key = nameCombination(combination);
    return { name: `${stage.name}@${key}`, key, combination };
  });
  const twice = list.find(({ key }, index) => list.findIndex((other) => other.key === key) < index);
  const messages = [
    ...(problem === undefined ? [] : [problem]),
    ...(list.length === 0 ? ['the matrix has no combination left'] : []),
    ...(twice === undefined ? [] : [`two combinations of the matrix are called "${twice.key}"`]),
  ];
  for (const text of messages) {
    diagnostics.push({ message: `Stage "${stage.name}": ${text}.`, where: where() });
  }
  const keys = Object.keys(axes);
  return { axes: keys.length > 0 ? keys : include.flatMap((entry) => Object.keys(entry)), list };
}

function findUnknownKey({ axes, exclude }: Matrix): string | undefined {
  const unknown = exclude
    .flatMap((entry) => Object.keys(entry))
    .find((key) => !Object.hasOwn(axes, key));
  return unknown === undefined
    ? undefined
    : `"exclude" names "${unknown}", which is no key of the matrix`;
}

const valueSchema = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected a plain value',
});
const entriesSchema = z.array(z.record(z.string(), valueSchema), {
  error: 'expected a list of maps',
});

const matrixSchema: ZodType<
  Record<string, Matrix['axes'][string]> & Partial<Pick<Matrix, 'include' | 'exclude'>>
> = z
  .object({ include: entriesSchema.optional(), exclude: entriesSchema.optional() })
  .catchall(z.array(valueSchema, { error: 'expected a list of values' }).min(1)) as never;
