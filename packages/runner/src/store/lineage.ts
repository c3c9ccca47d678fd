import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import type { DigestCache } from '../fingerprints/digest-cache.ts';
import { statFolder } from '../fingerprints/file-stat.ts';
import type { Part } from '../fingerprints/parts.ts';
import { fingerprintOf, workKeyOf } from '../fingerprints/parts.ts';
import { parseJson } from '../json.ts';
import { readManifest } from './read-manifest.ts';
import type { Attempt } from './stage-record.ts';
import type { StateFolder } from './state-folder.ts';
import { sha256Schema } from './stored-names.ts';

/** Extending params by name, as JSON texts. */
type Extending = Readonly<Record<string, string>>;

/** What an attempt found in its working folder that was done with other extending params. */
interface Origin {
  readonly extending: Extending;
  /** Of the folder's files. */
  readonly digest: string;
}

/** What a working folder remembers of the attempts in it, in `lineage.json`. */
interface History {
  /** What the latest attempt was asked for. */
  readonly latest: Extending;
  /** What was asked for, as JSON → what that attempt extended. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/**
 * An attempt to make what `parts` describe.
 *
 * @param origin - what it extends. That decides the result as any input does, so it is in the key.
 */
export function attemptOf(parts: readonly Part[], origin?: Origin): Attempt {
  const lineage: Part[] =
    origin === undefined ? [] : [{ kind: 'lineage', name: '', value: JSON.stringify(origin) }];
  const all = [...parts, ...lineage];
  return { fingerprint: fingerprintOf(all), workKey: workKeyOf(parts), parts: all };
}

/** The same attempt without its lineage: what a start from nothing would make. */
export function pureAttemptOf({ parts }: Attempt): Attempt {
  return attemptOf(parts.filter(({ kind }) => kind !== 'lineage'));
}

/** The earlier attempt that came to what is asked for by extending something. */
export function extendedAttemptOf(state: StateFolder, parts: readonly Part[]): Attempt | undefined {
  if (!parts.some(({ isExtending }) => isExtending)) return undefined;
  const origin = readHistory(state, workKeyOf(parts))?.origins[keyOf(extendingIn(parts))];
  return origin && attemptOf(parts, origin);
}

/**
 * What an attempt would start from: its working folder as it is, if that was worked on for the same,
 * or for less (numbers that have only grown since); otherwise nothing.
 */
export async function planAttempt(
  parts: readonly Part[],
  { state, cache }: { readonly state: StateFolder; readonly cache: DigestCache },
): Promise<{ readonly attempt: Attempt; readonly because: readonly string[] }> {
  const pure = attemptOf(parts);
  const { workKey } = pure;
  const asked = extendingIn(parts);
  const files = join(state.work, workKey, 'files');
  const latest = readHistory(state, workKey)?.latest;
  const isEmpty = !existsSync(files) || readdirSync(files).length === 0;
  if (isEmpty || latest === undefined) return { attempt: pure, because: [] };
  if (keyOf(latest) === keyOf(asked)) {
    return { attempt: extendedAttemptOf(state, parts) ?? pure, because: [] };
  }
  const done = describe(latest);
  const isMore =
    keyOf(Object.keys(latest)) === keyOf(Object.keys(asked)) && hasGrown(latest, asked);
  if (!isMore) {
    const because = [`starts anew: ${describe(asked)} does not extend the ${done} done before`];
    return { attempt: pure, because };
  }
  const digest = await cache.digestAll(files, statFolder(files));
  const because = [`extends the ${done} of working folder ${workKey.slice(0, 12)}`];
  return { attempt: attemptOf(parts, { extending: latest, digest }), because };
}

/**
 * Remembers that an attempt begins in its working folder, and empties that first if what is there is
 * neither its own nor what it extends.
 */
export function beginAttempt(state: StateFolder, { workKey, parts }: Attempt): void {
  const asked = extendingIn(parts);
  const { latest, origins = {} } = readHistory(state, workKey) ?? {};
  const { [keyOf(asked)]: _before, ...others } = origins;
  const lineage = parts.find(({ kind }) => kind === 'lineage')?.value;
  const own = lineage === undefined ? {} : { [keyOf(asked)]: JSON.parse(lineage) as Origin };
  const history: History = { latest: asked, origins: { ...others, ...own } };
  const isOwn = latest !== undefined && keyOf(latest) === keyOf(asked);
  if (Object.keys(asked).length > 0 && !isOwn && lineage === undefined) {
    rmSync(join(state.work, workKey, 'files'), { recursive: true, force: true });
  }
  writeFileAtomicSync(historyPath(state, workKey), `${JSON.stringify(history)}\n`);
}

function hasGrown(from: Extending, to: Extending): boolean {
  return Object.entries(from).every(([name, before]) => {
    const [old, current] = [before, to[name]!].map((text) => JSON.parse(text) as unknown);
    const areNumbers = typeof old === 'number' && typeof current === 'number';
    return before === to[name] || (areNumbers && current > old);
  });
}

function extendingIn(parts: readonly Part[]): Extending {
  const extending = parts
    .filter(({ isExtending }) => isExtending)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(extending.map(({ name, value }) => [name, value]));
}

function describe(extending: Extending): string {
  return Object.entries(extending)
    .map(([name, value]) => `${value} ${name}`)
    .join(', ');
}

const keyOf = (value: unknown): string => JSON.stringify(value);

/** A JSON text, so that it can be read back. */
const jsonSchema = z.string().refine((text) => parseJson(text) !== undefined);
const extendingSchema = z.record(z.string(), jsonSchema);
const historySchema: ZodType<History> = z.strictObject({
  latest: extendingSchema,
  origins: z.record(
    z.string(),
    z.strictObject({ extending: extendingSchema, digest: sha256Schema }),
  ),
});

function readHistory(state: StateFolder, workKey: string): History | undefined {
  return readManifest(historyPath(state, workKey), historySchema);
}

function historyPath(state: StateFolder, workKey: string): string {
  return join(state.work, workKey, 'lineage.json');
}
