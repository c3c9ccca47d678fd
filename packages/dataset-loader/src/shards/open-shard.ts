import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import { checkParts } from './check-parts.ts';
import type { ShardHeads } from './head-records.ts';
import { openFile } from './open-file.ts';
import type { OpenedFile } from './read-bytes.ts';
import { readFooter } from './read-footer.ts';
import { readHeads } from './shard-heads.ts';
import type { ShardEntry } from './shard-index.ts';
import { indexFile } from './shard-index.ts';
import type { OnPart, ShardParts } from './shard-parts.ts';
import type { ShardAbout } from './shard-schema.ts';
import { parseShardSchema } from './shard-schema.ts';
import { Shard } from './shard.ts';

/**
 * Opens a shard, and checks its size, and the content of all but the images.
 *
 * @throws {LimberError} `missing-file`; `corrupt-data` if it is not the file that `shards.json` lists.
 */
export function openShard(folder: string, entry: ShardEntry): Shard {
  const name = join(folder, entry.file);
  return openFile(name, (file) => {
    checkSize(file, entry);
    const { sizeBytes, parts } = entry;
    const onPart = checkParts(parts, name);
    const { about, heads } = readContent(file, { sizeBytes, onPart });
    checkRows(heads, entry, name);
    return new Shard({ file: name, rows: entry.rows, about, heads }, file);
  });
}

/** What {@link ShardEntry} says of a shard's content besides its images. */
export function digestParts(file: string): ShardParts {
  return openFile(file, (opened) => {
    const parts: Partial<Record<keyof ShardParts, string>> = {};
    const onPart: OnPart = (part, sha256) => {
      parts[part] = sha256;
    };
    readContent(opened, { sizeBytes: fstatSync(opened.descriptor).size, onPart });
    closeSync(opened.descriptor);
    return parts as ShardParts;
  });
}

function readContent(
  file: OpenedFile,
  { sizeBytes, onPart }: { readonly sizeBytes: number; readonly onPart: OnPart },
): { readonly about: ShardAbout; readonly heads: ShardHeads } {
  const { schema, blocks } = readFooter(file, { sizeBytes, onPart });
  const about = parseShardSchema(schema, file.name);
  const jointCount = about.skeleton.keypoints.length;
  const heads = readHeads(file, blocks, { jointCount, onPart });
  return { about, heads };
}

function checkSize({ descriptor, name }: OpenedFile, { sizeBytes }: ShardEntry): void {
  const { size } = fstatSync(descriptor);
  if (size === sizeBytes) return;
  throw new LimberError('corrupt-data', {
    where: name,
    what: 'cut or replaced',
    expected: `${sizeBytes} bytes, as ${indexFile} says`,
    got: `${size}`,
    fix: 'Pack the dataset again.',
  });
}

function checkRows(heads: ShardHeads, { rows }: ShardEntry, where: string): void {
  if (heads.rows === rows) return;
  throw new LimberError('corrupt-data', {
    where,
    what: 'another number of rows',
    expected: `${rows}, as ${indexFile} says`,
    got: `${heads.rows}`,
    fix: 'Pack the dataset again.',
  });
}
