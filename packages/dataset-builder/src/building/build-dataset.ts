import { withStagingFolder } from '@limber/files';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source, SplitName } from '../sources/source.ts';
import { splitNames } from '../sources/source.ts';
import { writers } from '../writing/writers.ts';
import { assignIds } from './assign-ids.ts';
import { assignSplits, checkFractions } from './assign-splits.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildSummary, SplitSummary } from './build-summary.ts';
import { checkSources } from './check-sources.ts';
import { openCheckedImages } from './checked-images.ts';
import { compareSplits } from './compare-splits.ts';
import type { Comparable } from './find-duplicates.ts';
import { findDuplicates } from './find-duplicates.ts';
import type { GroupedItem } from './group-items.ts';
import { groupItems } from './group-items.ts';
import { describeDuplicates, refuseDuplicates } from './refuse-duplicates.ts';
import { refuseFindings } from './refuse-findings.ts';
import { storeImages } from './store-images.ts';
import { countJoints, countMachineLabels, toMembers } from './to-members.ts';

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
  const { sources, out, splits, signal, strict = false } = options;
  checkFractions(splits);
  const joints = checkSources(sources);
  if (strict) refuseFindings(sources.flatMap(findingsOf));
  const fill = async (staging: string): Promise<BuildSummary> => {
    const read = await readSources(staging, options);
    const { summaries, ids } = await writeSplits(staging, { ...read, ...joints }, options);
    const summary: BuildSummary = {
      format: 'limber-dataset',
      version: 1,
      seed: options.seed,
      fractions: splits,
      splits: summaries,
      ...joints,
      ids,
      decisions: read.decisions,
      sources: sources.map(({ name, derivations, findings }) => ({ name, derivations, findings })),
      findings: [...read.findings, ...compareSplits(summaries)],
      skipped: read.skipped,
    };
    await writeFile(join(staging, 'dataset.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  };
  return await withStagingFolder(out, fill, { signal });
}

function findingsOf({ name, findings }: Source): { where: string; message: string }[] {
  return findings.map(({ where, message }) => ({ where: `${name}: ${where}`, message }));
}

/** What the sources hold, and what was decided about it. */
interface ReadSources extends Pick<BuildSummary, 'decisions' | 'findings' | 'skipped'> {
  readonly items: readonly GroupedItem[];
  /** [items] */
  readonly splitOf: readonly SplitName[];
  readonly drawnGroups: Readonly<Record<SplitName, number>>;
}

async function readSources(staging: string, options: BuildOptions): Promise<ReadSources> {
  const { sources, splits, seed, strict = false } = options;
  const { checkedFile, annotationsOnly = false } = options;
  const isRemembered = checkedFile !== undefined && !annotationsOnly;
  const checked = isRemembered ? await openCheckedImages(checkedFile) : undefined;
  // also when it is interrupted: the next build goes on from there
  const stored = await storeImages(staging, { ...options, checked }).finally(() =>
    checked?.close(),
  );
  const grouped = groupItems(stored.items, { sources, rule: options.groupBy ?? 'auto' });
  const { items, decisions } = grouped;
  const groupables = items.map(({ groupKey, stored: { item } }) => ({
    groupKey,
    ...(item.split && { split: item.split }),
  }));
  const assigned = assignSplits(groupables, splits, seed);
  const duplicates = findDuplicates(toComparable(items, assigned.splitOf));
  if (options.onDuplicates !== 'allow') refuseDuplicates(duplicates);
  const findings = [...stored.findings, ...grouped.findings, ...describeDuplicates(duplicates)];
  if (strict) refuseFindings(findings);
  return { items, ...assigned, decisions, findings, skipped: stored.skipped };
}

function toComparable(items: readonly GroupedItem[], splitOf: readonly SplitName[]): Comparable[] {
  return items.flatMap(({ stored: { storedName, image } }, index) =>
    image === undefined ? [] : [{ storedName, split: splitOf[index]!, ...image }],
  );
}

async function writeSplits(
  staging: string,
  content: ReadSources & Pick<Source, 'category' | 'skeleton'>,
  { to = 'coco' }: Pick<BuildOptions, 'to'>,
): Promise<{ summaries: SplitSummary[]; ids: BuildSummary['ids'] }> {
  const { items, splitOf, drawnGroups, category, skeleton } = content;
  const ids = assignIds(items.map(({ stored }) => stored.item));
  const writer = writers[to];
  const joints = { category, skeleton };
  const summaries: SplitSummary[] = [];
  for (const split of splitNames) {
    const own = items.filter((_, index) => splitOf[index] === split);
    if (own.length === 0) continue;
    await writer.writeSplit(
      staging,
      { name: split, members: toMembers(own, ids, category) },
      joints,
    );
    const machineLabels = countMachineLabels(own);
    summaries.push({
      name: split,
      file: writer.fileOf(split),
      images: own.length,
      persons: own.reduce((sum, { stored: { item } }) => sum + item.annotations.length, 0),
      groups: new Set(own.map(({ groupKey }) => groupKey)).size,
      drawnGroups: drawnGroups[split],
      sizeBytes: own.reduce((sum, { stored: { image } }) => sum + (image?.sizeBytes ?? 0), 0),
      joints: countJoints(own),
      ...(machineLabels && { machineLabels }),
    });
  }
  const written = summaries.map(({ name }) => name);
  await writer.finish(staging, written, joints);
  return { summaries, ids: ids.ids };
}
