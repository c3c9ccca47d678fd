import type { CocoAnnotation, CocoImage } from '@limber/keypoints';
import { toCocoJson } from '@limber/keypoints';
import { withStagingFolder } from '@limber/files';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../sources/source.ts';
import { splitNames } from '../sources/source.ts';
import { assignSplits, checkFractions } from './assign-splits.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildSummary, SplitSummary } from './build-summary.ts';
import { checkSources } from './check-sources.ts';
import { assignIds } from './assign-ids.ts';
import type { StoredItem } from './store-images.ts';
import { refuseFindings } from './refuse-findings.ts';
import { storeImages } from './store-images.ts';

/**
 * Makes one COCO keypoint dataset of its sources: reads, checks, splits and writes.
 *
 * Writes `images/`, `train.json`, `val.json`, `test.json` (those that have images) and `dataset.json`. Images are
 * copied byte for byte; with several sources, into a folder for each. The sources are not changed, the same sources
 * give the same bytes, and the folder appears whole or not at all.
 *
 * @returns what `dataset.json` holds.
 * @throws {LimberError} `missing-file`, `invalid-image` or `invalid-annotations` for a fault in a source, naming file,
 * id and field; `invalid-argument` for options that cannot be met; the reason of `signal`, once it is aborted.
 */
export async function buildDataset(options: BuildOptions): Promise<BuildSummary> {
  const { sources, out, splits, seed, signal, strict = false } = options;
  checkFractions(splits);
  const { category, skeleton } = checkSources(sources);
  if (strict) refuseFindings(sources.flatMap(findingsOf));
  const fill = async (staging: string): Promise<BuildSummary> => {
    const { items, skipped, findings } = await storeImages(staging, options);
    if (strict) refuseFindings(findings);
    const splitOf = assignSplits(items, splits, seed);
    const { ids, imageIdOf, annotationIdOf } = assignIds(items);
    const summaries: SplitSummary[] = [];
    for (const split of splitNames) {
      const members = items.filter((_, index) => splitOf[index] === split);
      if (members.length === 0) continue;
      const images = members.map((item): CocoImage => toImage(item, imageIdOf));
      const annotations = members.flatMap((item) =>
        item.annotations.map((annotation): CocoAnnotation => {
          const { id: _, ...rest } = annotation;
          const [id, image_id] = [annotationIdOf(annotation), imageIdOf(item)];
          return { id, image_id, category_id: category.id, ...rest };
        }),
      );
      const file = `${split}.json`;
      await writeFile(join(staging, file), toCocoJson({ images, annotations, category }));
      summaries.push({
        name: split,
        file,
        images: members.length,
        persons: annotations.length,
        groups: new Set(members.map(({ groupKey }) => groupKey)).size,
        sizeBytes: members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      });
    }
    const summary: BuildSummary = {
      format: 'limber-dataset',
      version: 1,
      seed,
      fractions: splits,
      splits: summaries,
      category,
      skeleton,
      ids,
      sources: sources.map((source) => ({
        name: source.name,
        derivations: source.derivations,
        findings: source.findings,
      })),
      findings,
      skipped,
    };
    await writeFile(join(staging, 'dataset.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  };
  return await withStagingFolder(out, fill, { signal });
}

function findingsOf({ name, findings }: Source): { where: string; message: string }[] {
  return findings.map(({ where, message }) => ({ where: `${name}: ${where}`, message }));
}

function toImage(item: StoredItem, imageIdOf: (item: StoredItem) => number): CocoImage {
  const { storedName, width, height, group } = item;
  const own = { id: imageIdOf(item), file_name: storedName, width, height };
  return group === undefined ? own : { ...own, group };
}
