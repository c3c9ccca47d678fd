import { closeSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { parseFile } from './parse-file.ts';
import type { RestOfFile } from './parse-in-two.ts';
import { ResultParser } from './result-parser.ts';
import type { ResultTable } from './result-table.ts';

const table = parseRest(workerData as RestOfFile);
parentPort!.postMessage(table, table === undefined ? [] : buffersOf(table));

function parseRest({ file, start, sizeBytes }: RestOfFile): ResultTable | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const parser = new ResultParser(file, sizeBytes, 'result');
    parseFile(descriptor, parser, start, Infinity);
    return parser.finish();
  } catch {
    // the other thread parses the file from its start, which says what is wrong
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Handed over instead of copied. */
function buffersOf(columns: ResultTable): ArrayBuffer[] {
  return [
    columns.imageIds,
    columns.categoryIds,
    columns.scores,
    columns.keypointStarts,
    columns.keypoints,
    columns.hasBox,
    columns.boxes,
  ].map(({ buffer }) => buffer as ArrayBuffer);
}
