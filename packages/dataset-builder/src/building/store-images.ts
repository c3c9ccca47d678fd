import { availableProcessors, LimberError, mapInOrder } from '@limber/files';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Source, SourceItem } from '../sources/source.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildFinding, SkippedItem } from './build-summary.ts';
import { describeRotation } from './check-size.ts';
import type { CheckedImages } from './checked-images.ts';
import { copyImage } from './copy-image.ts';
import type { ImagePrint } from './image-print.ts';
import { lookAtImage } from './look-at-image.ts';

/** An item whose image lies in the dataset. */
export interface StoredItem {
  readonly item: Omit<SourceItem, 'bytes'>;
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

/**
 * Reads, checks and copies the images of all sources into `staging/images`, in the order of the sources.
 *
 * @param options.checked - what is remembered of earlier checks.
 */
export async function storeImages(staging: string, options: StoreOptions): Promise<StoredImages> {
  const { sources, onBadImage = 'throw', onProgress, signal, checked } = options;
  const { annotationsOnly = false } = options;
  const total = sources.reduce((sum, { imageCount }) => sum + imageCount, 0);
  let done = 0;
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
      for await (const item of source.items({ annotationsOnly })) {
        signal?.throwIfAborted();
        items.push({ item, storedName: storedNameOf(item), sourceIndex });
      }
      continue;
    }
    const store = (item: SourceItem): Promise<StoreResult> => {
      const place = { staging, storedName: storedNameOf(item), sourceIndex, checked };
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
      onProgress?.({ done: ++done, total });
      const where = `${source.name}: ${item.fileName}`;
      if (result.type === 'skipped') {
        skipped.push({ where, reason: result.reason });
        refuseBeyond(options.skipLimit, skipped);
        continue;
      }
      items.push(result.item);
      const message = describeRotation(result);
      if (message !== undefined) findings.push({ kind: 'exif-rotation', where, message });
    }
  }
  refuseManySkipped(options.skipLimit, { kept: items.length, skipped });
  return { items, findings, skipped };
}

interface StoreOptions extends Pick<
  BuildOptions,
  'sources' | 'onBadImage' | 'skipLimit' | 'annotationsOnly' | 'onProgress' | 'signal'
> {
  readonly checked: CheckedImages | undefined;
}

interface Place {
  readonly staging: string;
  readonly storedName: string;
  readonly sourceIndex: number;
  readonly checked: CheckedImages | undefined;
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
  { staging, storedName, sourceIndex, checked }: Place,
): Promise<StoreResult> {
  const seen = await lookAtImage(item, checked);
  const path = join(staging, 'images', storedName);
  await mkdir(dirname(path), { recursive: true });
  const { orientation, print, sha256, sizeBytes } = (await copyImage(item, seen, path)).facts;
  const { bytes: _, ...rest } = item;
  const image = { sizeBytes, sha256, print };
  return { type: 'stored', item: { item: rest, storedName, sourceIndex, image }, orientation };
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
