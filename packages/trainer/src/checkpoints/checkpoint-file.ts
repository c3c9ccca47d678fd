import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import { encodeSafetensors, readSafetensors } from '@limber/engine';
import { writeFileAtomic } from '@limber/files';
import { WriteFailed } from '../errors/write-failed.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { CheckpointContents, CheckpointFacts } from './checkpoint.ts';
import { checkpointVersion } from './checkpoint.ts';
import { upgradeFacts } from './upgrade-facts.ts';

/** Ending of a checkpoint: it is a safetensors file, and any reader of those opens it. */
export const checkpointExtension = '.safetensors';

/** What a file that is still being written ends with. */
export const unfinishedExtension = '.tmp';

const factsKey = 'limber.checkpoint';
const digestKey = 'limber.digest';
/** Stands in the file where its digest will be: a digest cannot cover itself. */
const blankDigest = '0'.repeat(64);

/**
 * Writes a checkpoint as one safetensors file, with the facts and the SHA-256 of the whole file in its metadata.
 *
 * The file appears under its name when all of it has reached the disk, or not at all.
 *
 * @throws {WriteFailed} if the disk is full, or the folder is gone; whatever had the name before is still there.
 */
export async function writeCheckpoint(file: string, contents: CheckpointContents): Promise<void> {
  const { facts, arrays } = contents;
  const tensors = Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, { dtype: 'F32' as const, ...array }]),
  );
  const metadata = { [digestKey]: blankDigest, [factsKey]: encodeJson(facts) };
  const [head, ...data] = encodeSafetensors(tensors, metadata);
  const parts = [stampDigest(Buffer.from(head!), data, file), ...data];
  try {
    await writeFileAtomic(file, parts);
  } catch (error) {
    throw new WriteFailed(file, error);
  }
}

/**
 * Reads a checkpoint, and proves it by its digest.
 *
 * @throws {LimberError} `corrupt-data` if one bit of it is not what was written, or a newer version wrote it;
 * `missing-file`.
 */
export async function readCheckpoint(file: string): Promise<CheckpointContents> {
  await verifyDigest(file);
  const { tensors, metadata } = await readSafetensors(file);
  const arrays = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data }]),
  );
  return { facts: parseFacts(metadata, file), arrays };
}

/**
 * Reads what a checkpoint says of itself, without its tensors and without proving it.
 *
 * @throws {LimberError} `corrupt-data` if the header is damaged.
 */
export async function readCheckpointFacts(file: string): Promise<CheckpointFacts> {
  return parseFacts(metadataOf(await readHeader(file), file), file);
}

/** Puts the digest of the whole file into its header. */
function stampDigest(head: Buffer, data: readonly Uint8Array[], file: string): Buffer {
  const hash = createHash('sha256').update(head);
  for (const part of data) hash.update(part);
  const header = head.subarray(headerStart).toString('latin1');
  head.write(hash.digest('hex'), digestPosition(header, blankDigest, file), 'latin1');
  return head;
}

async function verifyDigest(file: string): Promise<void> {
  const header = await readHeader(file);
  const expected = metadataOf(header, file)[digestKey] ?? '';
  const position = digestPosition(header, expected, file);
  const bytes = await readFile(file);
  bytes.write(blankDigest, position, 'latin1');
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got === expected) return;
  throw damaged(file, 'its bytes are not those that were written', `SHA-256 ${expected}`, got);
}

/** The JSON header, with one character a byte. */
async function readHeader(file: string): Promise<string> {
  const handle = await openToRead(file);
  try {
    const start = Buffer.alloc(headerStart);
    const { bytesRead } = await handle.read(start, 0, headerStart, 0);
    const { size } = await handle.stat();
    const length = bytesRead < headerStart ? 0 : Number(start.readBigUInt64LE(0));
    if (bytesRead < headerStart || headerStart + length > size) {
      throw damaged(file, 'it is cut', `${headerStart + length} bytes or more`, `${size}`);
    }
    const header = Buffer.alloc(length);
    await handle.read(header, 0, length, headerStart);
    return header.toString('latin1');
  } finally {
    await handle.close();
  }
}

async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    const problem = { where: file, what: 'cannot be read', got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
}

/** safetensors: u64 length of the header, then the header. */
const headerStart = 8;

function digestPosition(header: string, digest: string, file: string): number {
  const field = `"${digestKey}":"${digest}"`;
  const at = header.indexOf(field);
  if (digest.length !== blankDigest.length || at < 0) {
    throw damaged(file, 'its header has no digest', `a field "${digestKey}"`, 'none');
  }
  return headerStart + at + field.length - 1 - digest.length;
}

function metadataOf(header: string, file: string): Record<string, string> {
  try {
    const text = Buffer.from(header, 'latin1').toString('utf8');
    const { __metadata__: metadata } = JSON.parse(text) as {
      __metadata__?: Record<string, string>;
    };
    return metadata ?? {};
  } catch (cause) {
    throw damaged(file, 'its header is not JSON', 'a safetensors header', String(cause));
  }
}

function parseFacts(metadata: Record<string, string>, file: string): CheckpointFacts {
  const text = metadata[factsKey];
  if (text === undefined) {
    throw damaged(file, 'it is no checkpoint', `metadata "${factsKey}"`, 'none');
  }
  const facts = decodeJson(text) as CheckpointFacts;
  if (facts.version <= checkpointVersion) return upgradeFacts(facts);
  throw new LimberError('corrupt-data', {
    where: file,
    what: 'a newer version of this package wrote the checkpoint',
    expected: `version ${checkpointVersion} or older`,
    got: `${facts.version}`,
    fix: 'Update @limber/trainer.',
  });
}

function damaged(file: string, what: string, expected: string, got: string): LimberError {
  const where = `checkpoint ${file}`;
  return new LimberError('corrupt-data', { where, what, expected, got });
}
