import { availableProcessors, isMissing, LimberError, mapInOrder } from '@limber/files';
import { constants, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Source, SourceItem } from '../sources/source.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildFinding, SkippedItem } from './build-summary.ts';
import { checkImage } from './check-image.ts';
import { groupBy } from './group-by.ts';

/** An item whose image lies in the dataset. */
export interface StoredItem extends SourceItem {
  /** Path below `images/`. */
  readonly storedName: string;
  /** Group and source: names of groups may be the same in two sources. */
  readonly groupKey: string;
  readonly sizeBytes: number;
}

export interface StoredImages {
  readonly items: readonly StoredItem[];
  readonly findings: readonly BuildFinding[];
  readonly skipped: readonly SkippedItem[];
}

/** Reads, checks and copies the images of all sources into `staging/images`, in the order of the sources. */
export async function storeImages(
  staging: string,
  options: Pick<BuildOptions, 'sources' | 'onBadImage' | 'onProgress' | 'signal'>,
): Promise<StoredImages> {
  const { sources, onBadImage = 'throw', onProgress, signal } = options;
  const items: StoredItem[] = [];
  const findings: BuildFinding[] = [];
  const skipped: SkippedItem[] = [];
  await mkdir(join(staging, 'images'));
  const folders = folderNames(sources);
  const concurrency = availableProcessors() * 2;
  for (const [index, source] of sources.entries()) {
    const store = (item: SourceItem): Promise<StoreResult> =>
      storeImage(item, staging, folders[index]!).catch((error: unknown) => {
        if (onBadImage === 'throw' || !(error instanceof LimberError)) throw error;
        return { type: 'skipped', reason: reasonOf(error, item) };
      });
    const results = mapInOrder(source.items(), { concurrency }, async (item) => ({
      item,
      result: await store(item),
    }));
    for await (const { item, result } of results) {
      signal?.throwIfAborted();
      const where = `${source.name}: ${item.fileName}`;
      if (result.type === 'skipped') {
        skipped.push({ where, reason: result.reason });
        continue;
      }
      items.push(result.item);
      findings.push(...rotationFindings(where, result.orientation));
      onProgress?.({ done: items.length });
    }
  }
  findings.push(...findCutGroups(items));
  return { items, findings, skipped };
}

type StoreResult =
  | { readonly type: 'stored'; readonly item: StoredItem; readonly orientation: number }
  | { readonly type: 'skipped'; readonly reason: string };

/** The message without the paths of this machine, so that the dataset's bytes do not depend on them. */
function reasonOf(error: LimberError, item: SourceItem): string {
  const place = `${error.where}: `;
  const text = error.message.startsWith(place) ? error.message.slice(place.length) : error.message;
  return text.replaceAll(item.path, item.fileName);
}

async function storeImage(
  item: SourceItem,
  staging: string,
  folder: string | null,
): Promise<StoreResult> {
  const bytes = await readImage(item);
  const { orientation } = await checkImage(item, bytes);
  const storedName = folder === null ? item.fileName : `${folder}/${item.fileName}`;
  const path = join(staging, 'images', storedName);
  await mkdir(dirname(path), { recursive: true });
  // a clone where the file system can, so that large sets cost no space; else the bytes that were checked
  await copyFile(item.path, path, constants.COPYFILE_FICLONE_FORCE).catch(() =>
    writeFile(path, bytes),
  );
  const groupKey = JSON.stringify([folder, item.group === undefined, item.group ?? item.fileName]);
  const stored = { ...item, storedName, groupKey, sizeBytes: bytes.length };
  return { type: 'stored', item: stored, orientation };
}

async function readImage(item: SourceItem): Promise<Uint8Array> {
  try {
    return await readFile(item.path);
  } catch (cause) {
    throw new LimberError(
      'missing-file',
      {
        where: `${item.where}.file_name`,
        what: `"${item.fileName}" cannot be read`,
        expected: `an image at ${item.path}`,
        got: isMissing(cause) ? 'no such file' : String(cause),
        fix: 'Is the folder of images the right one?',
      },
      { cause },
    );
  }
}

function rotationFindings(where: string, orientation: number): BuildFinding[] {
  if (orientation === 1) return [];
  const message = `stored turned (EXIF orientation ${orientation}); its annotations are taken to be of the upright image`;
  return [{ kind: 'exif-rotation', where, message }];
}

/** Groups whose images the sources put into several splits. */
function findCutGroups(items: readonly StoredItem[]): BuildFinding[] {
  const groups = groupBy(items, ({ groupKey }) => groupKey);
  return [...groups.values()].flatMap((members): BuildFinding[] => {
    const splits = new Set(members.flatMap(({ split }) => split ?? []));
    if (splits.size < 2) return [];
    const { storedName: where, group } = members[0]!;
    const message = `group "${group}" is in several splits: ${[...splits].join(', ')}`;
    return [{ kind: 'group-in-several-splits', where, message }];
  });
}

/** One source keeps its file names; several get a folder each, by their names made distinct. */
function folderNames(sources: readonly Source[]): (string | null)[] {
  if (sources.length === 1) return [null];
  const used = new Set<string>();
  return sources.map(({ name }) => {
    const plain = name.replaceAll(/[^\w.-]+/g, '-').replace(/^\.+/, '') || 'source';
    let folder = plain;
    for (let number = 2; used.has(folder); number++) folder = `${plain}-${number}`;
    used.add(folder);
    return folder;
  });
}
