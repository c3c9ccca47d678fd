import { createHash } from 'node:crypto';
import { encodeSafetensors, readSafetensors, readSafetensorsHeader } from '@limber/engine';
import type { Problem } from '@limber/files';
import { LimberError, writeFileAtomic } from '@limber/files';
import { WriteFailed } from '../errors/write-failed.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { CheckpointContents, CheckpointFacts } from './checkpoint.ts';
import { checkpointVersion } from './checkpoint.ts';

/** Ending of a checkpoint: it is a safetensors file, and any reader of those opens it. */
export const checkpointExtension = '.safetensors';

/** What a file that is still being written ends with. */
export const unfinishedExtension = '.tmp';

const factsKey = 'limber.checkpoint';
/** How the header of every checkpoint begins; the SHA-256 of the file follows in hexadecimal digits. */
const opening = Buffer.from('{"__metadata__":{"limber.digest":"');
/** After the length of the header, 8 bytes. */
const openingStart = 8;
const digestStart = openingStart + opening.length;
/** Stands in the file where its digest will be: a digest cannot cover itself. */
const blankDigest = '0'.repeat(64);

/**
 * Writes a checkpoint as one safetensors file, with the facts and the SHA-256 of the whole file in its metadata.
 *
 * The file appears under its name when all of it has reached the disk, or not at all.
 *
 * @throws {WriteFailed} if the disk is full, or the folder cannot be made; whatever had the name before is still there.
 */
export async function writeCheckpoint(file: string, contents: CheckpointContents): Promise<void> {
  const { facts, arrays } = contents;
  const metadata = { 'limber.digest': blankDigest, [factsKey]: encodeJson(facts) };
  const [head, ...data] = encodeSafetensors(arrays, metadata);
  const stamped = Buffer.from(head!);
  stamped.write(digestOf([head!, ...data]), digestStart, 'latin1');
  try {
    await writeFileAtomic(file, [stamped, ...data]);
  } catch (error) {
    throw new WriteFailed(file, error);
  }
}

/**
 * Reads a checkpoint, and checks its digest.
 *
 * @throws {LimberError} `corrupt-data` if one bit of it is not what was written, or another version wrote it;
 * `missing-file`.
 */
export async function readCheckpoint(file: string): Promise<CheckpointContents> {
  const check = (bytes: Buffer): void => checkDigest(bytes, file);
  const { tensors, metadata } = await readSafetensors(file, { check });
  return { facts: parseFacts(metadata, file), arrays: tensors };
}

/**
 * Reads what a checkpoint says about itself, without its tensors and without checking the digest.
 *
 * @throws {LimberError} `corrupt-data` if the header is damaged.
 */
export async function readCheckpointFacts(file: string): Promise<CheckpointFacts> {
  const { metadata } = await readSafetensorsHeader(file);
  return parseFacts(metadata, file);
}

function checkDigest(bytes: Buffer, file: string): void {
  if (!bytes.subarray(openingStart, digestStart).equals(opening)) {
    const what = 'it does not begin as a checkpoint';
    throw damaged(file, { what, expected: 'a digest', got: 'none' });
  }
  const digestEnd = digestStart + blankDigest.length;
  const expected = bytes.toString('latin1', digestStart, digestEnd);
  const [before, after] = [bytes.subarray(0, digestStart), bytes.subarray(digestEnd)];
  const got = digestOf([before, Buffer.from(blankDigest), after]);
  if (got === expected) return;
  const what = 'its bytes are not those that were written';
  throw damaged(file, { what, expected: `SHA-256 ${expected}`, got });
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function parseFacts(metadata: Readonly<Record<string, string>>, file: string): CheckpointFacts {
  const text = metadata[factsKey];
  if (text === undefined) {
    const what = 'it is not a checkpoint';
    throw damaged(file, { what, expected: `metadata "${factsKey}"`, got: 'none' });
  }
  const facts = decodeFacts(text, file);
  if (facts?.version === checkpointVersion) return facts as CheckpointFacts;
  throw new LimberError('corrupt-data', {
    where: file,
    what: 'another version of this package wrote the checkpoint',
    expected: `version ${checkpointVersion}`,
    got: `${facts?.version}`,
    fix: 'Train again, or use the version that wrote it.',
  });
}

function decodeFacts(text: string, file: string): Partial<CheckpointFacts> | null {
  try {
    return decodeJson(text) as Partial<CheckpointFacts> | null;
  } catch {
    const what = 'what it says of itself is damaged';
    throw damaged(file, { what, expected: 'JSON', got: text.slice(0, 40) });
  }
}

function damaged(file: string, problem: Problem): LimberError {
  return new LimberError('corrupt-data', { where: `checkpoint ${file}`, ...problem });
}
