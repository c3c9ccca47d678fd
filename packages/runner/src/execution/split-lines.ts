import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** Calls `onLine` for each line of a stream, the last one too if it does not end in a newline. */
export function splitLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let open = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (open + decoder.write(chunk)).split(/\r?\n|\r/);
    open = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
  stream.on('end', () => {
    if (open !== '') onLine(open);
  });
}
