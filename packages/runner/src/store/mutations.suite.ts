import type { Random } from '../oracle/edits.suite.ts';

/** Where hostile texts try to lead. */
export interface Traps {
  /** A folder outside the workspace, absolute. */
  readonly outside: string;
  /** A symbolic link to it, relative to the workspace. */
  readonly link: string;
}

/** How a file was changed. */
export type Mutation = 'bytes' | 'value' | 'key' | 'removed' | 'repeated';

/** Changes a text: some bytes of it, or, where it is JSON, a value, a key, or how often one is there. */
export function mutate(
  text: string,
  random: Random,
  traps: Traps,
): { readonly text: string; readonly mutation: Mutation } {
  const roll = random();
  const json = roll < 0.4 ? undefined : parse(text);
  if (json === undefined) return { text: flipBytes(text, random), mutation: 'bytes' };
  const places = listPlaces(json);
  const { holder, key } = pick(places, random);
  const map = holder as Record<string, unknown>;
  const value = map[key];
  if (roll < 0.75) {
    map[key] = pick(hostileValues(traps), random);
    return { text: JSON.stringify(json), mutation: 'value' };
  }
  if (roll < 0.85) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete map[key];
    return { text: JSON.stringify(json), mutation: 'removed' };
  }
  const name = roll < 0.95 ? pick([...hostileTexts(traps), 'constructor'], random) : key;
  const added = `{${JSON.stringify(name)}:${JSON.stringify(roll < 0.9 ? value : pick(hostileValues(traps), random))},`;
  const place = text.indexOf('{');
  const isKey = roll < 0.95;
  return {
    text: `${text.slice(0, place)}${added}${text.slice(place + 1)}`,
    mutation: isKey ? 'key' : 'repeated',
  };
}

/** Texts that lead somewhere else, or nowhere. */
export function hostileTexts({ outside, link }: Traps): string[] {
  return [
    `../../../../../../../../../..${outside}`,
    outside,
    '../../../outside',
    `${link}/file`,
    '..',
    '.',
    '',
    '/',
    'a/../../b',
    'C:\\windows',
    'a\\..\\b',
    'a\0b',
    '\ud800',
    '__proto__',
    'n'.repeat(300),
    `${'d/'.repeat(2000)}x`,
    '0'.repeat(63),
    'F'.repeat(64),
    `${'0'.repeat(64)}\n`,
    `../${'0'.repeat(61)}`,
  ];
}

/** Changes the digest, the size or the path in a line of a folder's listing. */
export function changeLine(text: string, random: Random, traps: Traps): string {
  const lines = text.split('\n');
  const at = Math.floor(random() * (lines.length - 1));
  const [name, size, path] = lines[at]!.split(' ');
  const hostile = hostileTexts(traps);
  const roll = random();
  lines[at] =
    roll < 0.6
      ? `${name} ${size} ${JSON.stringify(pick(hostile, random))}`
      : roll < 0.8
        ? `${pick(hostile, random)} ${size} ${path}`
        : `${name} ${pick(['-1', '1e9', '9'.repeat(30), 'x', ''], random)} ${path}`;
  return lines.join('\n');
}

function hostileValues(traps: Traps): unknown[] {
  const others: unknown[] = [
    -1,
    0.5,
    1e308,
    2 ** 53,
    1e15,
    null,
    true,
    [],
    {},
    [null],
    { toString: 1 },
  ];
  return [...hostileTexts(traps), ...others];
}

function flipBytes(text: string, random: Random): string {
  const bytes = Buffer.from(text);
  const count = 1 + Math.floor(random() * 3);
  for (let flip = 0; flip < count && bytes.length > 0; flip++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
  }
  const cut = random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length;
  return bytes.subarray(0, cut).toString();
}

/** Every value inside a JSON value, by what holds it. */
function listPlaces(value: unknown): { readonly holder: object; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value, key },
    ...listPlaces(inner),
  ]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One of several. */
export function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
