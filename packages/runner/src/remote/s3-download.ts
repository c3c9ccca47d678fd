import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { RemoteError } from './remote-store.ts';

/** What is wrong with the disk here, not with the connection. */
const localCodes = ['ENOSPC', 'EDQUOT', 'EIO'];

/**
 * Writes a file as it comes in. One that is cut off goes on where it ended, after a growing random
 * delay: the SDK tries again only until the answer begins.
 *
 * @param ask - asks for the file, or for what follows; undefined if there is none.
 * @returns false if there is no such file.
 */
export async function download(
  file: FileHandle,
  ask: (range: string | undefined) => Promise<GetObjectCommandOutput | undefined>,
  { tries, what }: { readonly tries: number; readonly what: string },
): Promise<boolean> {
  let received = 0;
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(received === 0 ? undefined : `bytes=${received}-`);
    if (answer === undefined) return false;
    if (answer.ContentRange === undefined) {
      received = 0;
      await file.truncate(0);
    }
    const total = received + answer.ContentLength!;
    try {
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        await file.appendFile(chunk);
        received += chunk.length;
      }
    } catch (error) {
      if (localCodes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    if (received === total) return true;
    const got = `${received} of ${total} bytes (${attempt} tries)`;
    if (attempt === tries) throw new RemoteError(`${what}: the connection ended after ${got}.`);
    await delay(Math.random() * 100 * 2 ** attempt);
  }
}
