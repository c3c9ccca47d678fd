import { resolveReferences } from './resolve-references.ts';
import type { StageScope } from './stage-scope.ts';
import { referencesIn } from './stage-scope.ts';

/**
 * Why a stage is left out by its `when`; undefined if it is not.
 *
 * A condition is true or false, or compares two values: `${{ params.mode }} == full`, `!=`. Nothing
 * else is evaluated.
 */
export function resolveCondition(scope: StageScope): string | undefined {
  const { when, name } = scope.stage;
  const context = referencesIn(scope, ['when'], '<value>');
  const before = context.diagnostics.length;
  const comparison = typeof when === 'string' ? /^(.*?)\s(==|!=)\s(.*)$/s.exec(when) : null;
  if (comparison !== null) {
    const [left, right] = [comparison[1]!, comparison[3]!].map((side) => {
      const { value } = resolveReferences(side.trim(), context);
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
    });
    const isMet = (left === right) === (comparison[2] === '==');
    return isMet ? undefined : `when: ${left} ${comparison[2]} ${right} is false`;
  }
  const { value } = resolveReferences(when, context);
  if (value === true || value === 'true') return undefined;
  if (value === false || value === 'false') return `when: ${String(when)} is false`;
  if (context.diagnostics.length === before) {
    const message = `Stage "${name}": "when" came to ${JSON.stringify(value)}, expected true or false, or a comparison with == or !=.`;
    context.diagnostics.push({ message, where: context.at([]) });
  }
  return undefined;
}
