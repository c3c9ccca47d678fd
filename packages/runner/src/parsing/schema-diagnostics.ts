import { suggestName } from '@limber/files';
import type { ZodType } from 'zod';
import { isMap, shorten } from '../json.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { knownKeys } from './known-keys.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** How to speak of the values of a schema that was not met. */
export interface SchemaSubject {
  /** Opens each message: `Stage "train"`. */
  readonly subject: string;
  /** A value by its path, as the reader knows it: `with.epochs`. */
  readonly label: (path: readonly (string | number)[]) => string;
  readonly at: (path: readonly (string | number)[], wanted: 'key' | 'value') => Place;
  readonly diagnostics: Diagnostic[];
}

/** A value as it stands in a YAML file at `base`; its own parts are called `<prefix>.<path>`. */
export function subjectIn(
  source: YamlSource,
  base: YamlPath,
  about: Pick<SchemaSubject, 'subject' | 'diagnostics'> & { readonly prefix?: string },
): SchemaSubject {
  const { prefix, ...rest } = about;
  return {
    ...rest,
    label: (path) => [...(prefix === undefined ? [] : [prefix]), ...path].join('.'),
    at: (path, wanted) => source.at([...base, ...path], wanted),
  };
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly issues?: readonly Issue[];
  readonly errors?: readonly (readonly Issue[])[];
}

/**
 * Checks `value` against a zod schema and turns what is wrong into diagnostics.
 *
 * A key that the schema does not know is always refused, whether the schema is strict or drops it
 * silently: a misspelt option must not become its default.
 *
 * @returns the parsed value, or undefined when there were problems.
 */
export function checkSchema<T>(
  schema: ZodType<T>,
  value: unknown,
  subject: SchemaSubject,
): { readonly parsed: T } | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  const issues: readonly Issue[] = result.success
    ? droppedKeys(value, result.data, []).flatMap((issue) => withoutKnown(issue, schema))
    : (result.error.issues as readonly unknown[] as readonly Issue[]);
  for (const issue of issues.flatMap(narrowUnion)) {
    subject.diagnostics.push(...describe(issue, schema, subject));
  }
  return result.success && issues.length === 0 ? { parsed: result.data } : undefined;
}

function droppedKeys(given: unknown, kept: unknown, path: readonly string[]): Issue[] {
  if (!isMap(given) || !isMap(kept)) return [];
  const keys = Object.keys(given).filter((key) => !Object.hasOwn(kept, key));
  const nested = Object.keys(given).flatMap((key) =>
    droppedKeys(given[key], kept[key], [...path, key]),
  );
  return keys.length === 0
    ? nested
    : [{ code: 'unrecognized_keys', path, message: '', keys }, ...nested];
}

/** A key may be dropped because the schema puts other values in its place. */
function withoutKnown(issue: Issue, schema: ZodType): Issue[] {
  const known = knownKeys(schema, issue.path);
  const keys = issue.keys!.filter((key) => !known.includes(key));
  return keys.length === 0 ? [] : [{ ...issue, keys }];
}

/** Where a value is of the right sort for one member of a union, that member's issues say more. */
function narrowUnion(issue: Issue): readonly Issue[] {
  const isOfSort = (member: readonly Issue[]): boolean =>
    member.every(({ code, path }) => code !== 'invalid_type' || path.length > 0);
  const fitting = (issue.errors ?? []).filter(isOfSort);
  if (fitting.length !== 1) return [issue];
  const nested = fitting[0]!.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  return nested.flatMap(narrowUnion);
}

function describe(issue: Issue, schema: ZodType, subject: SchemaSubject): Diagnostic[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const label = subject.label(path);
  const say = (text: string, at: Place): Diagnostic => ({
    message: `${subject.subject}: ${text}`,
    where: at,
  });
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return (issue.keys ?? []).map((key) =>
      say(
        `unknown key "${subject.label([...path, key])}".${suggestName(key, known)}`,
        subject.at([...path, key], 'key'),
      ),
    );
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues?.[0]?.message ?? issue.message;
    return [say(`"${label}" is no valid name: ${why}.`, subject.at(path, 'key'))];
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  if (isMissing) {
    return [say(`"${label}" is missing, expected ${issue.expected}.`, subject.at(path, 'key'))];
  }
  const isSentence = /^(custom|invalid_union)$/.test(issue.code) && /[.?]$/.test(issue.message);
  const text = isSentence
    ? `${label}: ${issue.message}`
    : `${label}: ${expectation(issue)}, got ${show(issue.input)}.${nearestValue(issue)}`;
  return [say(text.replace(/^: /, ''), subject.at(path, 'value'))];
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') {
    return `expected ${(issue.values ?? []).map((value) => show(value)).join(' or ')}`;
  }
  return issue.message.replace(/^(Too small|Too big|Invalid \w+): /, '').replace(/\.$/, '');
}

function nearestValue(issue: Issue): string {
  const texts = (issue.values ?? []).filter((value) => typeof value === 'string');
  if (typeof issue.input !== 'string' || texts.length < 2) return '';
  const suggestion = suggestName(issue.input, texts);
  return suggestion.startsWith(' Did') ? suggestion : '';
}

function show(value: unknown): string {
  return shorten(JSON.stringify(value) ?? String(value));
}
