import type { CocoAnnotation, CocoImage } from '@limber/keypoints';
import { withStagingFolder } from '@limber/files';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source, SplitName } from '../sources/source.ts';
import { splitNames } from '../sources/source.ts';
import { assignSplits, checkFractions } from './assign-splits.ts';
import { cocoWriter } from '../writing/coco-writer.ts';
import type { DatasetWriter } from '../writing/dataset-writer.ts';
import { yoloWriter } from '../writing/yolo-writer.ts';
import type { BuildOptions, WrittenFormat } from './build-options.ts';
import type { BuildSummary, SplitSummary } from './build-summary.ts';
import { checkSources } from './check-sources.ts';
import type { AssignedId } from './assign-ids.ts';
import { assignIds } from './assign-ids.ts';
import type { Comparable } from './find-duplicates.ts';
import { findDuplicates } from './find-duplicates.ts';
import type { GroupedItem } from './group-items.ts';
import { groupItems } from './group-items.ts';
import { describeDuplicates, refuseDuplicates } from './refuse-duplicates.ts';
import { refuseFindings } from './refuse-findings.ts';
import { storeImages } from './store-images.ts';

const writers: Readonly<Record<WrittenFormat, DatasetWriter>> = {
  coco: cocoWriter,
  'yolo-pose': yoloWriter,
};

/**
 * Makes one COCO keypoint dataset of its sources: reads, checks, splits and writes.
 *
 * Writes `images/`, `train.json`, `val.json`, `test.json` (those that have images) and `dataset.json`. Images are
 * copied byte for byte; with several sources, into a folder for each. The sources are not changed, the same sources
 * give the same bytes, and the folder appears whole or not at all.
 *
 * @returns what `dataset.json` holds.
 * @throws {LimberError} `missing-file`, `invalid-image` or `invalid-annotations` for a fault in a source, naming file,
 * id and field; `limit-exceeded` if more images are bad than may be skipped; `invalid-argument` for options that cannot be met; the reason of `signal`, once it is aborted.
 */
export async function buildDataset(options: BuildOptions): Promise<BuildSummary> {
  const { sources, out, splits, seed, signal, strict = false } = options;
  checkFractions(splits);
  const { category, skeleton } = checkSources(sources);
  if (strict) refuseFindings(sources.flatMap(findingsOf));
  const fill = async (staging: string): Promise<BuildSummary> => {
    const stored = await storeImages(staging, options);
    const grouped = groupItems(stored.items, { sources, rule: options.groupBy ?? 'auto' });
    const { items } = grouped;
    const splitOf = assignSplits(items, splits, seed);
    const duplicates = findDuplicates(toComparable(items, splitOf));
    if (options.onDuplicates !== 'allow') refuseDuplicates(duplicates);
    const findings = [...stored.findings, ...grouped.findings, ...describeDuplicates(duplicates)];
    if (strict) refuseFindings(findings);
    const { ids, imageIdOf, annotationIdOf } = assignIds(items);
    const writer = writers[options.to ?? 'coco'];
    const joints = { category, skeleton };
    const summaries: SplitSummary[] = [];
    for (const split of splitNames) {
      const members = items.filter((_, index) => splitOf[index] === split);
      if (members.length === 0) continue;
      const images = members.map((item): CocoImage => toImage(item, imageIdOf));
      const annotations = members.flatMap((item) =>
        item.annotations.map((annotation): CocoAnnotation => {
          const { id: _, source_id: __, ...rest } = annotation;
          const { source_id, id } = annotationIdOf(annotation);
          const image_id = imageIdOf(item).id;
          const origin = source_id === undefined ? {} : { source_id };
          return { id, image_id, category_id: category.id, ...rest, ...origin };
        }),
      );
      const file = writer.fileOf(split);
      await writer.writeSplit(staging, { name: split, images, annotations }, joints);
      summaries.push({
        name: split,
        file,
        images: members.length,
        persons: annotations.length,
        groups: new Set(members.map(({ groupKey }) => groupKey)).size,
        sizeBytes: members.reduce((sum, { image }) => sum + (image?.sizeBytes ?? 0), 0),
        joints: countJoints(annotations),
      });
    }
    const written = summaries.map(({ name }) => name);
    await writer.finish(staging, written, joints);
    const summary: BuildSummary = {
      format: 'limber-dataset',
      version: 1,
      seed,
      fractions: splits,
      splits: summaries,
      category,
      skeleton,
      ids,
      decisions: grouped.decisions,
      sources: sources.map((source) => ({
        name: source.name,
        derivations: source.derivations,
        findings: source.findings,
      })),
      findings,
      skipped: stored.skipped,
    };
    await writeFile(join(staging, 'dataset.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  };
  return await withStagingFolder(out, fill, { signal });
}

function findingsOf({ name, findings }: Source): { where: string; message: string }[] {
  return findings.map(({ where, message }) => ({ where: `${name}: ${where}`, message }));
}

function toImage(item: GroupedItem, imageIdOf: (item: GroupedItem) => AssignedId): CocoImage {
  const { storedName, width, height, group, image } = item;
  const { id, source_id } = imageIdOf(item);
  return {
    id,
    file_name: storedName,
    width,
    height,
    ...(group === undefined ? {} : { group }),
    ...(source_id === undefined ? {} : { source_id }),
    ...(image === undefined ? {} : { sha256: image.sha256 }),
  };
}

function toComparable(items: readonly GroupedItem[], splitOf: readonly SplitName[]): Comparable[] {
  return items.flatMap(({ storedName, image }, index) =>
    image === undefined ? [] : [{ storedName, split: splitOf[index]!, ...image }],
  );
}

function countJoints(annotations: readonly CocoAnnotation[]): SplitSummary['joints'] {
  const counts = [0, 0, 0];
  for (const { keypoints } of annotations) {
    for (let at = 2; at < keypoints.length; at += 3) counts[keypoints[at]!]! += 1;
  }
  const [notLabelled, hidden, visible] = counts as [number, number, number];
  return { visible, hidden, notLabelled };
}
