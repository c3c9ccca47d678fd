import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@limber/files';
import { cannotBeRead, LimberError } from '@limber/files';
import { z } from 'zod';
import type { Reach } from '../regions/reach.ts';
import { checkFormat, shardFormat } from './check-format.ts';
import { sha256Of } from './sha256.ts';
import type { ShardParts } from './shard-parts.ts';

/** The file that says what a folder of shards holds. */
export const indexFile = 'shards.json';

const count = z.number().int().min(0);

const indexSchema = z.strictObject({
  format: z.literal(shardFormat),
  source: z.string(),
  digest: z.string(),
  part: z.strictObject({ index: count, count }).exactOptional(),
  inputSize: z.strictObject({ height: z.number(), width: z.number() }),
  reach: z.strictObject({
    scale: z.number(),
    shift: z.number(),
    degrees: z.number(),
    halfBody: z
      .strictObject({
        padding: z.number(),
        minTotalKeypoints: count,
        minUpperKeypoints: count,
        minLowerKeypoints: count,
      })
      .nullable(),
  }),
  rows: count,
  images: count,
  leftOut: z.strictObject({ crowd: count, unlabelled: count, outside: count }),
  skipped: z.array(
    z.strictObject({
      imageId: z.number(),
      file: z.string(),
      annotationIds: z.array(z.number()),
      reason: z.string(),
    }),
  ),
  shards: z.array(
    z.strictObject({
      file: z.string(),
      rows: count,
      sizeBytes: count,
      sha256: z.string(),
      parts: z.strictObject({ footer: z.string(), messages: z.string(), heads: z.string() }),
    }),
  ),
});

/** One Arrow file of the folder. */
export interface ShardEntry {
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly parts: ShardParts;
}

/** An image that could not be read, and the persons that are missing because of it. */
export interface SkippedImage {
  readonly imageId: number;
  readonly file: string;
  readonly annotationIds: readonly number[];
  readonly reason: string;
}

/** Persons that are no training rows, by reason. */
export interface LeftOut {
  /** `iscrowd` 1. */
  readonly crowd: number;
  /** No joint with v > 0. */
  readonly unlabelled: number;
  /** The box has no area inside the image. */
  readonly outside: number;
}

/** What was packed; the content of `shards.json`. */
export interface ShardIndex {
  readonly format: typeof shardFormat;
  /** Digest of the annotations and of how crops are cut, as every shard's metadata has it. */
  readonly source: string;
  /** Over the digests of the shards: equal digests mean equal shards. */
  readonly digest: string;
  /** Which of several parts of a dataset this is, from 0; missing: it is all of it. */
  readonly part?: Part;
  /** The largest model input that the stored crops have enough pixels for. */
  readonly inputSize: { readonly height: number; readonly width: number };
  /** How far the stored crops reach. */
  readonly reach: Reach;
  readonly rows: number;
  /** Images that at least one row was cut from. */
  readonly images: number;
  readonly leftOut: LeftOut;
  readonly skipped: readonly SkippedImage[];
  readonly shards: readonly ShardEntry[];
}

/** Whether a folder holds shards, as its index says. */
export function holdsShards(folder: string): boolean {
  return existsSync(join(folder, indexFile));
}

/** {@link ShardIndex.digest} of some shards. */
export function digestShards(shards: readonly Pick<ShardEntry, 'sha256'>[]): string {
  return sha256Of(shards.map(({ sha256 }) => sha256).join());
}

/**
 * Reads `shards.json` of a folder.
 *
 * @throws {LimberError} `missing-file` if the folder has none; `corrupt-data` if it is not what a pack wrote, or
 * one of another version.
 */
export async function readShardIndex(folder: string): Promise<ShardIndex> {
  const where = join(folder, indexFile);
  let text: string;
  try {
    text = await readFile(where, 'utf8');
  } catch (cause) {
    const expected = 'a folder of shards, as packDataset writes it';
    throw cannotBeRead(where, cause, { expected });
  }
  const json = parseJson(text, where);
  checkFormat((json as { readonly format?: unknown } | null)?.format, where);
  const result = indexSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const what = [...issue.path, issue.message].join(': ');
  throw new LimberError('corrupt-data', { where, what, fix: 'Pack the dataset again.' });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = { where, what: 'not JSON', got: String(cause), fix: 'Pack the dataset again.' };
    throw new LimberError('corrupt-data', problem, { cause });
  }
}
