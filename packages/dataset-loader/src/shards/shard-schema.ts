import type { CocoCategory, Skeleton } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { validateSkeleton } from '@limber/keypoints';
import {
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  Int8,
  LargeBinary,
  Schema,
  Uint32,
} from 'apache-arrow';
import { checkFormat, shardFormat } from './check-format.ts';

/** What the metadata of every shard says of the whole dataset. */
export interface ShardAbout {
  readonly skeleton: Skeleton;
  readonly category: CocoCategory;
  /** Digest of the annotations and of how crops are cut, the same in every shard of a folder. */
  readonly source: string;
}

/**
 * The columns of a shard, one row per person. The image is the last one, so that all else of a record
 * batch lies together at its start.
 */
export function createShardSchema(about: ShardAbout): Schema {
  const { skeleton, category, source } = about;
  const list = (length: number, item: Float32 | Float64): FixedSizeList =>
    new FixedSizeList(length, new Field('item', item, false));
  const fields = [
    new Field('annotation_id', new Int64(), false),
    new Field('image_id', new Int64(), false),
    new Field('image_width', new Int32(), false),
    new Field('image_height', new Int32(), false),
    new Field('bbox', list(4, new Float64()), false),
    new Field('area', new Float64(), false),
    new Field('iscrowd', new Int8(), false),
    new Field('keypoints', list(skeleton.keypoints.length * 3, new Float32()), false),
    new Field('crop_to_image', list(6, new Float64()), false),
    new Field('crop_width', new Int32(), false),
    new Field('crop_height', new Int32(), false),
    new Field('image_crc32', new Uint32(), false),
    new Field('image', new LargeBinary(), false),
  ];
  const metadata = new Map([
    ['limber.format', shardFormat],
    ['limber.source', source],
    ['limber.skeleton', JSON.stringify(skeleton)],
    ['limber.category', JSON.stringify(category)],
  ]);
  return new Schema(fields, metadata);
}

/**
 * Reads what {@link createShardSchema} wrote.
 *
 * @param file - named in errors.
 * @throws {LimberError} `corrupt-data` if the file is Arrow, but no shard of this format.
 */
export function parseShardSchema(schema: Schema, file: string): ShardAbout {
  const text = (key: string): string => schema.metadata.get(`limber.${key}`) ?? '';
  checkFormat(text('format'), file);
  const about: ShardAbout = {
    skeleton: parseMetadata(text('skeleton'), validateSkeleton, { key: 'skeleton', file }),
    category: parseMetadata(text('category'), (category: CocoCategory) => category, {
      key: 'category',
      file,
    }),
    source: text('source'),
  };
  const expected = describeColumns(createShardSchema(about));
  const got = describeColumns(schema);
  if (expected !== got) {
    const fix = 'Pack the dataset again.';
    throw new LimberError('corrupt-data', {
      where: file,
      what: 'other columns',
      expected,
      got,
      fix,
    });
  }
  return about;
}

function parseMetadata<T>(
  text: string,
  check: (value: T) => T,
  { key, file }: { readonly key: string; readonly file: string },
): T {
  try {
    return check(JSON.parse(text) as T);
  } catch (cause) {
    const what = `damaged metadata limber.${key}`;
    const expected = `a ${key} in JSON`;
    const problem = { where: file, what, expected, got: text, fix: 'Pack the dataset again.' };
    throw new LimberError('corrupt-data', problem, { cause });
  }
}

function describeColumns(schema: Schema): string {
  try {
    return schema.fields.map(({ name, type }) => `${name}: ${String(type)}`).join(', ');
  } catch (error) {
    // apache-arrow describes no lists without items
    return `columns of no type (${(error as Error).message})`;
  }
}
