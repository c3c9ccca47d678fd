import { availableProcessors, isMissing, LimberError, mapInOrder } from '@limber/files';
import { createHash } from 'node:crypto';
import { constants, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Source, SourceItem } from '../sources/source.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildFinding, SkippedItem } from './build-summary.ts';
import { checkImage } from './check-image.ts';
import type { ImagePrint } from './image-print.ts';

/** An item whose image lies in the dataset. */
export interface StoredItem extends SourceItem {
  /** Path below `images/`. */
  readonly storedName: string;
  /** The place of its source. */
  readonly sourceIndex: number;
  /** The image file; undefined where only annotations are taken. */
  readonly image?: {
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly print: ImagePrint;
  };
}

export interface StoredImages {
  readonly items: readonly StoredItem[];
  readonly findings: readonly BuildFinding[];
  readonly skipped: readonly SkippedItem[];
}

/** Reads, checks and copies the images of all sources into `staging/images`, in the order of the sources. */
export async function storeImages(
  staging: string,
  options: Pick<
    BuildOptions,
    'sources' | 'onBadImage' | 'skipLimit' | 'annotationsOnly' | 'onProgress' | 'signal'
  >,
): Promise<StoredImages> {
  const { sources, onBadImage = 'throw', onProgress, signal, annotationsOnly = false } = options;
  const items: StoredItem[] = [];
  const findings: BuildFinding[] = [];
  const skipped: SkippedItem[] = [];
  if (!annotationsOnly) await mkdir(join(staging, 'images'));
  const folders = folderNames(sources);
  const concurrency = availableProcessors() * 2;
  for (const [sourceIndex, source] of sources.entries()) {
    const folder = folders[sourceIndex]!;
    const storedNameOf = ({ fileName }: SourceItem): string =>
      folder === null ? fileName : `${folder}/${fileName}`;
    if (annotationsOnly) {
      for await (const item of source.items()) {
        const { bytes: _bytes, ...rest } = item;
        items.push({ ...rest, storedName: storedNameOf(item), sourceIndex });
      }
      continue;
    }
    const store = (item: SourceItem): Promise<StoreResult> => {
      const place = { staging, storedName: storedNameOf(item), sourceIndex };
      return storeImage(item, place).catch((error: unknown) => {
        if (onBadImage === 'throw' || !(error instanceof LimberError)) throw error;
        return { type: 'skipped', reason: reasonOf(error, item) };
      });
    };
    const results = mapInOrder(source.items(), { concurrency }, async (item) => ({
      item,
      result: await store(item),
    }));
    for await (const { item, result } of results) {
      signal?.throwIfAborted();
      const where = `${source.name}: ${item.fileName}`;
      if (result.type === 'skipped') {
        skipped.push({ where, reason: result.reason });
        refuseBeyond(options.skipLimit, skipped);
        continue;
      }
      items.push(result.item);
      findings.push(...rotationFindings(where, result.orientation));
      onProgress?.({ done: items.length });
    }
  }
  refuseManySkipped(options.skipLimit, { kept: items.length, skipped });
  return { items, findings, skipped };
}

type StoreResult =
  | { readonly type: 'stored'; readonly item: StoredItem; readonly orientation: number }
  | { readonly type: 'skipped'; readonly reason: string };

function refuseBeyond(limit: number | undefined, skipped: readonly SkippedItem[]): void {
  if (limit !== undefined && skipped.length > limit) throw tooManySkipped(limit, skipped);
}

/** Without a limit, a tenth of the images may be skipped. */
function refuseManySkipped(
  stated: number | undefined,
  { kept, skipped }: { readonly kept: number; readonly skipped: readonly SkippedItem[] },
): void {
  const limit = stated ?? Math.ceil((kept + skipped.length) / 10);
  if (skipped.length > limit) throw tooManySkipped(limit, skipped);
}

const shownSkipped = 3;

function tooManySkipped(limit: number, skipped: readonly SkippedItem[]): LimberError {
  const listed = skipped.slice(0, shownSkipped).map(({ where, reason }) => `${where}: ${reason}`);
  return new LimberError('limit-exceeded', {
    where: 'buildDataset: onBadImage',
    what: 'more bad images than may be skipped',
    expected: `at most ${limit}`,
    got: `${skipped.length}: ${listed.join(' · ')}${skipped.length > shownSkipped ? ' · …' : ''}`,
    fix: 'Mend them, or allow more with skipLimit.',
  });
}

/** The message without the paths of this machine, so that the dataset's bytes do not depend on them. */
function reasonOf(error: LimberError, item: SourceItem): string {
  const place = `${error.where}: `;
  const text = error.message.startsWith(place) ? error.message.slice(place.length) : error.message;
  return text.replaceAll(item.path, item.fileName);
}

async function storeImage(
  item: SourceItem,
  place: { readonly staging: string; readonly storedName: string; readonly sourceIndex: number },
): Promise<StoreResult> {
  if (item.fault !== undefined) throw item.fault;
  const { staging, storedName, sourceIndex } = place;
  const bytes = item.bytes ?? (await readImage(item));
  const { orientation, print } = await checkImage(item, bytes);
  const path = join(staging, 'images', storedName);
  await mkdir(dirname(path), { recursive: true });
  // a clone where the file system can, so that large sets cost no space; else the bytes that were checked
  const cloned =
    item.bytes === undefined &&
    (await copyFile(item.path, path, constants.COPYFILE_FICLONE_FORCE).then(
      () => true,
      () => false,
    ));
  if (!cloned) await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { bytes: _, ...rest } = item;
  const image = { sizeBytes: bytes.length, sha256, print };
  return { type: 'stored', item: { ...rest, storedName, sourceIndex, image }, orientation };
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
