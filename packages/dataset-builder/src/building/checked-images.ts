import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { isMissing, writeFileAtomic } from '@limber/files';
import { decoderVersion } from './decode-image.ts';
import type { ImageFacts } from './image-facts.ts';
import { printOf } from './image-print.ts';

/** What was found out about image files, for as long as they look untouched. */
export interface CheckedImages {
  /** @param stat - what the file looks like now. */
  find(path: string, stat: string): ImageFacts | undefined;
  add(path: string, stat: string, facts: ImageFacts): void;
  /** Writes what was not written yet. A failure to write is a process warning: it costs time only. */
  close(): Promise<void>;
}

/** Fewer images are checked again in less time than it takes to remember them. */
const imagesPerWrite = 64;

/**
 * Opens the memory of earlier checks, a file that grows line by line, so that whatever a process that was killed had
 * checked is there for the next one. A line counts only if its digest is right; a damaged one is as if it were not there,
 * and its image is read again.
 */
export async function openCheckedImages(file: string): Promise<CheckedImages> {
  const known = await readLines(file);
  const news: string[] = [];
  let handle: FileHandle | undefined;
  let isBroken = false;
  let writing = Promise.resolve();
  const write = async (lines: readonly string[]): Promise<void> => {
    if (isBroken) return;
    try {
      await mkdir(dirname(file), { recursive: true });
      handle ??= await open(file, 'a');
      // what a process that was killed left of a line ends here
      await handle.appendFile(`\n${lines.join('\n')}\n`);
    } catch (error) {
      isBroken = true;
      process.emitWarning(`What was checked is not remembered for another time: ${String(error)}`);
    }
  };
  return {
    find(path, stat) {
      const line = known.get(path);
      return line?.stat === stat ? toFacts(line) : undefined;
    },
    add(path, stat, facts) {
      const { print, ...rest } = facts;
      const thumbnail = Buffer.from(print.thumbnail).toString('base64');
      news.push(toText({ path, stat, ...rest, thumbnail }));
      if (news.length < imagesPerWrite) return;
      const lines = news.splice(0);
      writing = writing.then(() => write(lines));
    },
    async close() {
      await writing;
      if (handle !== undefined && news.length > 0) await write(news.splice(0));
      await handle?.close();
    },
  };
}

/** What is kept of an image: small enough for every one of a large set. */
interface Line extends Omit<ImageFacts, 'print'> {
  readonly path: string;
  readonly stat: string;
  /** base64 */
  readonly thumbnail: string;
}

const linesPerPart = 1000;

/** Reads the lines, the last one of each image; a file that is mostly out of date is written anew. */
async function readLines(file: string): Promise<Map<string, Line>> {
  const known = new Map<string, Line>();
  let count = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      if (text === '') continue;
      count += 1;
      const line = parseLine(text);
      if (line !== undefined) known.set(line.path, line);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (count <= 2 * known.size) return known;
  const lines = Array.from(known.values(), (line) => `${toText(line)}\n`);
  const parts = Array.from({ length: Math.ceil(lines.length / linesPerPart) }, (_, part) =>
    Buffer.from(lines.slice(part * linesPerPart, (part + 1) * linesPerPart).join('')),
  );
  await writeFileAtomic(file, parts);
  return known;
}

function toText(line: Line): string {
  const text = JSON.stringify(line);
  return `${digestOf(text)} ${text}`;
}

function parseLine(line: string): Line | undefined {
  const [digest, text] = [line.slice(0, digestLength), line.slice(digestLength + 1)];
  // whatever has the right digest was written by toText
  return digest === digestOf(text) ? (JSON.parse(text) as Line) : undefined;
}

function toFacts({ sizeBytes, sha256, width, height, orientation, thumbnail }: Line): ImageFacts {
  const print = printOf(Uint8Array.from(Buffer.from(thumbnail, 'base64')));
  return { sizeBytes, sha256, width, height, orientation, print };
}

/** Raised when a line or the way an image is checked changes. */
const version = 1;
const digestLength = 16;

/** Another decoder may take another image for damaged, so its digests differ. */
function digestOf(text: string): string {
  const hash = createHash('sha256').update(`${version} ${decoderVersion} ${text}`);
  return hash.digest('hex').slice(0, digestLength);
}
