import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { RemoteStore } from './remote-store.ts';
import { RemoteError } from './remote-store.ts';

/** Where an S3-compatible store is, and who asks. */
export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com`, or a server of one's own. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every name; empty, or ends in `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly patience?: Patience;
}

/** How long a request may take, and how often it is tried. */
interface Patience {
  readonly tries: number;
  /** Before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  /** Without a byte. */
  readonly silenceMs: number;
}

const defaultPatience: Patience = { tries: 5, firstDelayMs: 200, silenceMs: 30_000 };

/** A single request stores at most this much, by the protocol. */
const maxPutBytes = 5 * 2 ** 30;

/**
 * A remote store in a bucket. A request that is cut off, answered by 5xx or 429, or stays silent is
 * tried again, which is harmless because equal names hold equal content; the server checks each file
 * it is given against its sha256, and stores it whole or not at all.
 */
export function createS3Remote(where: S3Place): RemoteStore {
  const { accessKeyId, secretAccessKey, sessionToken, region, patience = defaultPatience } = where;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    retries: 0,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  const urlOf = (name: string): string => {
    const key = `${where.prefix}${name}`.split('/').map(encodeURIComponent).join('/');
    return `${where.endpoint}/${where.bucket}/${key}`;
  };
  const place = `s3://${where.bucket}/${where.prefix}`;
  const send = (request: Request, name: string): Promise<Response> =>
    fetchPatiently(request, `${place}${name}`);
  const attempt = <T>(name: string, action: () => Promise<T>): Promise<T> =>
    tryAgain(action, patience, `${place}${name}`);
  return {
    place,
    has: (name) =>
      attempt(name, async () => {
        const request = await client.sign(urlOf(name), { method: 'HEAD' });
        return (await send(abortable(request, patience), name)).ok;
      }),
    get: (name, target) =>
      attempt(name, async () => {
        const watch = watchSilence(patience.silenceMs);
        try {
          const signed = await client.sign(urlOf(name), { method: 'GET' });
          const response = await send(new Request(signed, { signal: watch.signal }), name);
          if (!response.ok) return false;
          await save(response, target, watch.touch);
          return true;
        } finally {
          watch.stop();
        }
      }),
    put: (name, source, sha256) =>
      attempt(name, async () => {
        const { size } = await stat(source);
        if (size > maxPutBytes) throw new RemoteError(`${source} is larger than 5 GiB.`);
        const watch = watchSilence(patience.silenceMs);
        try {
          const headers = { 'x-amz-content-sha256': sha256, 'content-length': String(size) };
          const signed = await client.sign(urlOf(name), { method: 'PUT', headers });
          const stream = createReadStream(source).on('data', watch.touch);
          const response = await send(
            new Request(signed, {
              method: 'PUT',
              body: Readable.toWeb(stream) as NonNullable<RequestInit['body']>,
              duplex: 'half',
              signal: watch.signal,
            }),
            name,
          );
          if (!response.ok) throw new RemoteError(`${place}${name} could not be stored.`);
        } finally {
          watch.stop();
        }
      }),
  };
}

/** A failure that may be gone the next time. */
class TemporaryError extends RemoteError {}

async function fetchPatiently(request: Request, what: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    throw new TemporaryError(`${what}: ${reasonOf(error)}`);
  }
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) {
    await response.body?.cancel();
    throw new TemporaryError(`${what}: the server answered ${status}`);
  }
  if (response.ok || status === 404) return response;
  const answer = (await response.text()).slice(0, 300);
  throw new RemoteError(`${what}: the server answered ${status}. ${answer}`);
}

async function save(response: Response, target: string, onData: () => void): Promise<void> {
  const file = await open(target, 'wx');
  try {
    const expected = response.headers.get('content-length');
    let received = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      onData();
      await file.appendFile(chunk);
      received += chunk.length;
    }
    if (expected !== null && Number(expected) !== received) {
      throw new TemporaryError(`the connection ended after ${received} of ${expected} bytes`);
    }
  } catch (error) {
    await rm(target, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    const isFinal = error instanceof TemporaryError || code === 'ENOSPC' || code === 'EDQUOT';
    throw isFinal ? error : new TemporaryError(reasonOf(error));
  } finally {
    await file.close();
  }
}

async function tryAgain<T>(
  action: () => Promise<T>,
  { tries, firstDelayMs }: Patience,
  what: string,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TemporaryError)) throw error;
      if (number >= tries) throw new RemoteError(`${error.message} (${what}, ${tries} tries)`);
      await delay(firstDelayMs * 2 ** (number - 1));
    }
  }
}

function abortable(request: Request, { silenceMs }: Patience): Request {
  return new Request(request, { signal: AbortSignal.timeout(silenceMs) });
}

/** Aborts its signal when `touch` has not been called for a while. */
function watchSilence(silenceMs: number): {
  readonly signal: AbortSignal;
  readonly touch: () => void;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const silent = (): void => controller.abort(new Error(`no answer for ${silenceMs / 1000} s`));
  let timer = setTimeout(silent, silenceMs);
  return {
    signal: controller.signal,
    touch() {
      clearTimeout(timer);
      timer = setTimeout(silent, silenceMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error };
  return cause?.message ?? message;
}
