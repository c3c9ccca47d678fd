import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { LimberError } from '@limber/files';
import yauzl from 'yauzl';
import type { FileRecord } from './installed-engine.ts';
import type { OnProgress } from './installation.ts';
import { runTogether } from './run-together.ts';
import { wheelFileDestination } from './wheel-files.ts';

/** What was taken out of a wheel. */
export interface UnpackedWheel {
  /** Text of the wheel's METADATA. */
  readonly metadata: string;
  /** By path relative to the target folder. */
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** How a wheel is unpacked. */
interface UnpackOptions {
  /** Chooses among the destinations that `wheelFileDestination` gives. */
  readonly isWanted?: (destination: string) => boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks the files of a wheel that the engine needs, and checks each against the wheel's own RECORD.
 *
 * @throws {LimberError} `invalid-wheel` if the archive is damaged or a file is not what RECORD says.
 */
export async function unpackWheel(
  wheel: string,
  targetFolder: string,
  options: UnpackOptions = {},
): Promise<UnpackedWheel> {
  const name = basename(wheel);
  try {
    const zip = await yauzl.openPromise(wheel, { autoClose: false, lazyEntries: true });
    try {
      return await unpackEntries(zip, { ...options, wheel, name, targetFolder });
    } finally {
      zip.close();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LimberError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const problem = { where: name, what: `could not be unpacked: ${why}` };
    throw new LimberError('invalid-wheel', problem, { cause: error });
  }
}

async function unpackEntries(
  zip: yauzl.ZipFile,
  options: UnpackOptions & {
    readonly wheel: string;
    readonly name: string;
    readonly targetFolder: string;
  },
): Promise<UnpackedWheel> {
  const { wheel, name, targetFolder } = options;
  const wanted: { entry: yauzl.Entry; destination: string }[] = [];
  let metadata: string | undefined;
  let record: string | undefined;
  for await (const entry of zip.eachEntry()) {
    const destination = wheelFileDestination(entry.fileName, process.platform);
    if (destination !== undefined && (options.isWanted?.(destination) ?? true)) {
      wanted.push({ entry, destination });
    } else if (/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName)) {
      metadata = await text(await zip.openReadStreamPromise(entry));
    } else if (/^[^/]+\.dist-info\/RECORD$/.test(entry.fileName)) {
      record = await text(await zip.openReadStreamPromise(entry));
    }
  }
  if (metadata === undefined || record === undefined) {
    throw new LimberError('invalid-wheel', {
      where: name,
      what: 'has no METADATA and RECORD; not a wheel',
    });
  }
  const hashes = recordedHashes(record);
  const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  let done = 0;
  const files = await runTogether(
    options.signal,
    wanted.map(({ entry, destination }) => async (signal): Promise<[string, FileRecord]> => {
      const target = join(targetFolder, destination);
      await mkdir(dirname(target), { recursive: true });
      const hash = createHash('sha256');
      // yauzl reads one piece at a time of an opened file, and cannot stop a stream that waits for its turn
      const own = await yauzl.openPromise(wheel, { autoClose: false, lazyEntries: true });
      try {
        await pipeline(
          await own.openReadStreamPromise(entry),
          async function* measure(source: AsyncIterable<Buffer>) {
            for await (const chunk of source) {
              hash.update(chunk);
              done += chunk.length;
              options.onProgress?.({
                message: `Unpacking ${name}`,
                amount: { done, total, unit: 'bytes' },
              });
              yield chunk;
            }
          },
          createWriteStream(target),
          { signal },
        );
      } finally {
        own.close();
      }
      const sha256 = hash.digest();
      if (hashes.get(entry.fileName) !== sha256.toString('base64url')) {
        throw new LimberError('invalid-wheel', {
          where: name,
          what: `${entry.fileName} does not match the checksum in the wheel's RECORD`,
          fix: "Remove the wheel from pip's cache (python3 -m pip cache purge) and run setup again.",
        });
      }
      return [destination, { sizeBytes: entry.uncompressedSize, sha256: sha256.toString('hex') }];
    }),
  );
  return { metadata, files: Object.fromEntries(files) };
}

/**
 * Reads a wheel's RECORD.
 *
 * @returns SHA-256 in unpadded base64url by path; files without one are left out.
 */
export function recordedHashes(record: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of record.split(/\r?\n/)) {
    const match = /^(?:"((?:[^"]|"")+)"|([^",]+)),sha256=([\w-]+)=*,/.exec(line);
    if (match === null) continue;
    const name = match[1]?.replaceAll('""', '"') ?? match[2] ?? '';
    hashes.set(name, match[3] ?? '');
  }
  return hashes;
}
