import { createReadStream } from 'node:fs';
import { cannotBeRead, LimberError } from '@limber/files';
import { Tokenizer, TokenParser } from '@streamparser/json';
import type { CocoFile } from './coco-dataset.ts';
import type { CocoFileOptions } from './coco-file-parser.ts';
import { createCocoFileParser } from './coco-file-parser.ts';
import { unexpected } from './json-fields.ts';
import { listInsteadOfDataset } from './parse-coco-file.ts';
import { notJson, toNumber } from './read-json.ts';

const lists = ['images', 'annotations', 'categories'] as const;
const expected = 'COCO keypoint JSON';
const chunkBytes = 1 << 20;

/**
 * Reads a COCO keypoint file of any size, as `parseCocoFile` does. Only one item at a time is held as JSON; outlines and
 * whatever else Limber does not need is dropped at once.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming file, id and field.
 */
export async function streamCocoFile(options: CocoFileOptions): Promise<CocoFile> {
  const { file } = options;
  const items = createCocoFileParser(options);
  const seen = new Set<string>();
  const take = {
    images: (item: unknown) => items.image(item),
    annotations: (item: unknown) => items.annotation(withoutSlack(item)),
    categories: (item: unknown) => items.category(item),
  };
  const tokenizer = new LongNumberTokenizer();
  const parser = new TokenParser({
    paths: lists.flatMap((list) => [`$.${list}`, `$.${list}.*`]),
    keepStack: false,
  });
  tokenizer.onToken = (token) => parser.write(token);
  parser.onValue = ({ value, key, stack }) => {
    const list = lists.find((name) => name === (stack.length === 1 ? key : stack[1]!.key))!;
    if (stack.length > 1) return take[list](value);
    if (!Array.isArray(value)) throw unexpected({ file, list }, 'a list', { value });
    seen.add(list);
  };
  let isFirst = true;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      const bytes = chunk as Buffer;
      if (isFirst && bytes.toString('latin1').trimStart().startsWith('[')) {
        throw listInsteadOfDataset(file);
      }
      isFirst = false;
      tokenizer.write(bytes);
    }
    if (isFirst) throw new SyntaxError('no content');
    if (!parser.isEnded) parser.end();
  } catch (cause) {
    if (cause instanceof LimberError) throw cause;
    if (isSystemError(cause)) throw cannotBeRead(file, cause, { expected });
    throw notJson({ file, expected, isEmpty: isFirst }, cause);
  }
  for (const list of lists) {
    if (seen.has(list)) continue;
    const fields = Object.fromEntries([...seen].map((name) => [name, []]));
    throw unexpected({ file, list }, 'a list', { value: undefined, fields });
  }
  return items.finish();
}

/** A list that grew number by number holds room for more: of a million persons, some hundred megabytes. */
function withoutSlack(item: unknown): unknown {
  if (item === null || typeof item !== 'object' || !('keypoints' in item)) return item;
  const { keypoints } = item;
  return Array.isArray(keypoints) ? { ...item, keypoints: keypoints.slice() } : item;
}

/** Numbers that JavaScript cannot hold stay texts: ids of 64 bits. */
class LongNumberTokenizer extends Tokenizer {
  protected override parseNumber(digits: string): number {
    return toNumber(digits) as number;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
