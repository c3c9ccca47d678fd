import { readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { parseFile } from './parse-file.ts';
import { ResultParser } from './result-parser.ts';
import type { ResultTable } from './result-table.ts';

/** What the worker is given. */
export interface RestOfFile {
  readonly file: string;
  /** Place of the first result that is not parsed here. */
  readonly start: number;
  readonly sizeBytes: number;
}

/** What this thread parses while a worker starts. */
const headStartBytes = 16 * 1024 * 1024;

/**
 * Parses two parts of a large file at once.
 *
 * The place where the second part begins is a guess, `}, {` near the middle. It is right if the first part ends there
 * with a result to come next, and the second part is the rest of a list: then both together are the whole list.
 *
 * @param sizeBytes - of the whole file; more than the head start, which the first part begins with.
 * @returns undefined if that did not come out, or if the file is faulty; it is to be parsed from its start then, which
 * finds what is wrong and where.
 */
export async function parseInTwo(
  descriptor: number,
  file: string,
  sizeBytes: number,
): Promise<ResultTable | undefined> {
  const middle = findResult(descriptor, Math.floor((sizeBytes + headStartBytes) / 2));
  if (middle === undefined) return undefined;
  const parser = new ResultParser(file, sizeBytes);
  const rest = parseRest({ file, start: middle, sizeBytes: sizeBytes - middle });
  const isWhole = parseFirstPart(descriptor, parser, middle);
  const table = await rest;
  return isWhole && table !== undefined ? parser.finishWith(table) : undefined;
}

/** The place of a `{` that seems to begin a result, not far behind another place. */
function findResult(descriptor: number, from: number): number | undefined {
  const bytes = Buffer.alloc(64 * 1024);
  const length = readSync(descriptor, bytes, 0, bytes.length, from);
  const match = /\}\s*,\s*\{/.exec(bytes.toString('latin1', 0, length));
  return match === null ? undefined : from + match.index + match[0].length - 1;
}

function parseFirstPart(descriptor: number, parser: ResultParser, end: number): boolean {
  try {
    return parseFile(descriptor, parser, 0, end);
  } catch {
    // parsing from the start says what is wrong
    return false;
  }
}

/** @returns undefined if it is not the rest of a list. */
function parseRest(rest: RestOfFile): Promise<ResultTable | undefined> {
  const worker = new Worker(new URL('./rest-worker.js', import.meta.url), {
    workerData: rest,
    // such as an export condition that points to TypeScript, or a debugger's port
    execArgv: [],
  });
  return new Promise((done) => {
    worker.once('message', (table: ResultTable | undefined) => done(table));
    // also where sources run uncompiled, since workers cannot
    worker.once('error', () => done(undefined));
  });
}
