import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { trainConfigJsonSchema } from './train-config.ts';

interface Schema {
  readonly default?: unknown;
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Row {
  readonly field: string;
  /** The `type` that it belongs to, where an object has one. */
  readonly type: unknown;
  readonly value: string;
  readonly description: string;
}

/** Fields whose parts stand elsewhere: in the README of the loader, or in their own description. */
const described = /(^|\.)augmentation$|Batches$|Interval$/;

function rowsOf(schema: Schema, path: string, type?: unknown): Row[] {
  const own = schema.properties?.['type'];
  const kind = own?.const ?? own?.default ?? type;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) => {
      const field = `${path}${key}`;
      const text = JSON.stringify(part.default) ?? '{}';
      const prefix = key === 'type' ? `${String(kind)}: ` : '';
      const description = prefix + (part.description ?? '');
      const row = { field, type: kind, value: text === '{}' ? '' : text, description };
      return [row, ...(described.test(field) ? [] : rowsOf(part, `${field}.`, kind))];
    }),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((part) =>
      rowsOf(part, path, kind),
    ),
  ];
}

/** One line for each field; where its default depends on the `type`, all of them. */
function table(rows: readonly Row[]): string {
  const fields = [...new Set(rows.map(({ field }) => field))];
  const lines = fields.map((field) => {
    const same = rows.filter((row) => row.field === field);
    const values = [...new Set(same.map(({ value }) => value))].map((value) => {
      const types = same.filter((row) => row.value === value).map(({ type }) => String(type));
      const text = value === '' ? '' : `\`${value}\``;
      return types.length === same.length ? text : `${text || 'none'} (${types.join(', ')})`;
    });
    const texts = [...new Set(same.map(({ description }) => description))];
    return `| \`${field}\` | ${values.join(', ')} | ${texts.join(' ')} |`;
  });
  return ['| field | default | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

test('the table in the README is that of the schema (vitest -u writes it)', async () => {
  const file = fileURLToPath(new URL('../../README.md', import.meta.url));
  const [before, after] = readFileSync(file, 'utf8').split(/^\|[^]*\|$/m);
  const rows = rowsOf(trainConfigJsonSchema(), '');
  const options = { ...(await resolveConfig(file)), filepath: file };
  const text = await format(`${before}${table(rows)}${after}`, options);
  await expect(text).toMatchFileSnapshot(file);
});
