import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { mapInOrder } from '@limber/files';
import type { RemoteOptions, RemoteStore } from './remote-store.ts';
import { invalidRemote, RemoteError, storingRefused } from './remote-store.ts';
import { download } from './s3-download.ts';
import type { S3Place } from './s3-place.ts';

/** How a store in a bucket is asked. */
export interface S3Options extends RemoteOptions {
  /** How often a request is tried; 5 by default, with growing random delays between the tries. */
  readonly tries?: number;
  /** A connection without a byte for so long is given up, and the request tried again. */
  readonly silenceMs?: number;
  /** Larger files are sent in parts of this size, at least 5 MiB by the protocol. */
  readonly partBytes?: number;
}

/** Requests at the same time, when many names are looked for. */
const concurrency = 8;

/** From so many names on, the bucket's listing is read instead of asking for each of them. */
const listedFrom = 64;

/** The protocol counts the parts of a file up to here. */
const maxParts = 10_000;

/**
 * A remote store in a bucket. A request that is cut off, answered by 5xx or 429, or stays silent is
 * tried again, which is harmless because equal names hold equal content. A download that is cut off
 * goes on where it ended. What may not be read counts as missing, since S3 answers 403 for a missing
 * file to those who may not list the bucket.
 *
 * @throws {PipelineError} `invalid-remote` without credentials.
 */
export async function createS3Remote(where: S3Place, options: S3Options): Promise<RemoteStore> {
  const { bucket, prefix } = where;
  const { onWarning, tries = 5, silenceMs = 30_000, partBytes = 8 * 2 ** 20 } = options;
  const place = `s3://${bucket}/${prefix}`;
  const client = await createClient(where, { tries, silenceMs });
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  let { isReadOnly } = options;
  let hasWarned = false;
  const warnOfForbidden = (what: string): void => {
    const about = `${place}: ${what} is forbidden (403), and counts as missing`;
    const why = 'S3 says so of what does not exist, too, without the right s3:ListBucket';
    if (!hasWarned) onWarning(`${about}. ${why}.`);
    hasWarned = true;
  };
  /** The answer; undefined if there is no such file, or none that may be seen. */
  const ask = async <T>(name: string, send: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await send();
    } catch (error) {
      const status = statusOf(error);
      const { name: code } = error as Error;
      if (status === 404 && code !== 'NoSuchBucket') return undefined;
      if (status !== 403 || !forbiddenCodes.includes(code)) throw explain(error, place + name);
      warnOfForbidden(name);
      return undefined;
    }
  };
  const isMissing = async (name: string): Promise<boolean> =>
    (await ask(name, () => client.send(new HeadObjectCommand(at(name))))) === undefined;

  /** Each page of the listing begins at the next name, and decides on all names that it reaches over. */
  const findUnlisted = async (names: readonly string[]): Promise<string[]> => {
    const missing: string[] = [];
    for (let next = 0; next < names.length;) {
      const StartAfter = at(names[next]!).Key.slice(0, -1);
      const page = { Bucket: bucket, Prefix: prefix, StartAfter };
      const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command(page));
      const keys = new Set(Contents.map(({ Key }) => Key!));
      const last = IsTruncated === true ? Contents.at(-1)!.Key! : undefined;
      const first = next;
      for (; next < names.length; next++) {
        const { Key } = at(names[next]!);
        if (last !== undefined && Key > last) break;
        if (!keys.has(Key)) missing.push(names[next]!);
      }
      if (next === first) throw new RemoteError(`${place} does not list its files in order.`);
    }
    return missing;
  };

  return {
    place,
    get isReadOnly() {
      return isReadOnly;
    },
    async findMissing(names) {
      if (names.length >= listedFrom) {
        const sorted = names.toSorted();
        const size = Math.ceil(sorted.length / concurrency);
        const slices = Array.from({ length: concurrency }, (_, index) =>
          sorted.slice(index * size, (index + 1) * size),
        );
        const found = await ask('its listing', () => Promise.all(slices.map(findUnlisted)));
        if (found !== undefined) return found.flat();
      }
      const missing: string[] = [];
      const ifMissing = async (name: string) => ((await isMissing(name)) ? [name] : []);
      const asked = mapInOrder(names, { concurrency }, ifMissing);
      for await (const found of asked) missing.push(...found);
      return missing;
    },
    async get(name, target) {
      const file = await open(target, 'ax');
      let isThere = false;
      try {
        const request = (range: string | undefined) =>
          ask(name, () => client.send(new GetObjectCommand({ ...at(name), Range: range })));
        isThere = await download(file, request, { tries, what: place + name });
      } finally {
        await file.close();
        if (!isThere) await rm(target, { force: true });
      }
      return isThere;
    },
    async put(name, source) {
      const { size } = await stat(source);
      const body = createReadStream(source);
      const partSize = Math.max(partBytes, Math.ceil(size / maxParts));
      try {
        await new Upload({ client, params: { ...at(name), Body: body }, partSize }).done();
      } catch (error) {
        // The answer to the last request may be lost, and the second try of that fails.
        if (statusOf(error) === 404 && !(await isMissing(name))) return;
        if (statusOf(error) !== 403) throw explain(error, place + name);
        isReadOnly = true;
        throw storingRefused(place, `403 ${(error as Error).name}`);
      } finally {
        body.destroy();
      }
    },
  };
}

/** What S3 and the SDK call a refusal that has to do with the file, and not with the credentials. */
const forbiddenCodes = ['AccessDenied', 'Forbidden', '403', 'UnknownError', 'Unknown'];

async function createClient(
  { bucket, prefix, endpoint, region }: S3Place,
  { tries, silenceMs }: { readonly tries: number; readonly silenceMs: number },
): Promise<S3Client> {
  // It warns that versions to come will not run on this Node; ours is pinned.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const known = region ?? (await new S3Client({}).config.region().catch(() => 'us-east-1'));
  const client = new S3Client({
    region: known,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    followRegionRedirects: true,
    maxAttempts: tries,
    retryMode: 'standard',
    // Not all servers know the newer checksums; requests are signed with the sha256 of what they send.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: silenceMs, socketTimeout: silenceMs },
  });
  try {
    await client.config.credentials();
    return client;
  } catch (error) {
    const how = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
    const why = `no credentials were found (${(error as Error).message}). ${how}`;
    throw invalidRemote(`s3://${bucket}/${prefix}`, why);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function explain(error: unknown, what: string): RemoteError {
  const { name, message, $metadata } = error as S3ServiceException;
  const status = statusOf(error);
  const answer =
    status === undefined ? message : `the server answered ${status} ${name}, ${message}`;
  const tries = $metadata?.attempts ?? 1;
  return new RemoteError(`${what}: ${answer} (${tries} ${tries === 1 ? 'try' : 'tries'}).`);
}
