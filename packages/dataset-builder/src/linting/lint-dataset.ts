import { availableProcessors, LimberError, mapInOrder } from '@limber/files';
import type { Finding } from '@limber/keypoints';
import { createMachineLabelCounter, describeMachineLabels } from '@limber/keypoints';
import { describeRotation } from '../building/check-size.ts';
import type { CheckedImages } from '../building/checked-images.ts';
import { openCheckedImages } from '../building/checked-images.ts';
import type { Comparable } from '../building/find-duplicates.ts';
import { findDuplicates } from '../building/find-duplicates.ts';
import { lookAtImage } from '../building/look-at-image.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import { checkPerson } from './check-person.ts';
import { findDuplicatePersons } from './find-duplicate-persons.ts';
import type { LintFinding, LintRule } from './lint-finding.ts';
import { lintRules } from './lint-finding.ts';

/** How a dataset is checked. */
export interface LintOptions {
  readonly sources: readonly Source[];
  /** Do not read the images. */
  readonly annotationsOnly?: boolean;
  /** A file that remembers which images were checked, see `BuildOptions`. */
  readonly checkedFile?: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Once it is aborted, the check ends before the next image and throws its reason. */
  readonly signal?: AbortSignal;
}

/** What was checked, and what was found, source after source. */
export interface LintReport {
  readonly images: number;
  readonly persons: number;
  readonly findings: readonly LintFinding[];
}

const ruleOf: Readonly<Record<Finding['kind'], LintRule>> = {
  'assumed-sigmas': 'unknown-sigmas',
  'unknown-pairs': 'unknown-pairs',
  'point-outside-image': 'point-outside-image',
  'box-outside-image': 'box-outside-image',
  'empty-box': 'box-degenerate',
  'no-area': 'area-missing',
  'count-disagrees': 'count-disagrees',
};

/**
 * Checks a dataset before a GPU second is spent on it: its annotations by themselves, their geometry, and every image.
 * Nothing is changed.
 *
 * @throws {LimberError} for a source whose files cannot be read at all; the reason of `signal`, once it is aborted.
 */
export async function lintDataset(options: LintOptions): Promise<LintReport> {
  const { checkedFile, annotationsOnly = false } = options;
  const isRemembered = checkedFile !== undefined && !annotationsOnly;
  const checked = isRemembered ? await openCheckedImages(checkedFile) : undefined;
  return await lintSources(options, checked).finally(() => checked?.close());
}

async function lintSources(
  { sources, annotationsOnly = false, onProgress, signal }: LintOptions,
  checkedImages: CheckedImages | undefined,
): Promise<LintReport> {
  const findings: LintFinding[] = [];
  const images: LookedAt[] = [];
  const counts = { images: 0, persons: 0 };
  const total = sources.reduce((sum, { imageCount }) => sum + imageCount, 0);
  for (const source of sources) {
    for (const { kind, where, ...about } of source.findings) {
      findings.push(toFinding(ruleOf[kind], { file: source.name, field: where, ...about }));
    }
    const made = createMachineLabelCounter();
    const before = counts.persons;
    const concurrency = availableProcessors() * 2;
    const items = source.items({ annotationsOnly });
    const checked = mapInOrder(items, { concurrency }, async (item) => ({
      item,
      image: annotationsOnly ? null : await lookAt(item, source.name, checkedImages),
    }));
    for await (const { item, image } of checked) {
      signal?.throwIfAborted();
      counts.images += 1;
      counts.persons += item.annotations.length;
      item.annotations.forEach(made.add);
      for (const finding of checkItem(item, source)) findings.push(finding);
      if (image?.type === 'bad') findings.push(badImage(item, image.error, source.name));
      if (image?.type === 'good') {
        images.push(image.looked);
        if (image.rotation !== undefined) findings.push(rotated(item, image.rotation, source.name));
      }
      onProgress?.({ done: counts.images, total });
    }
    const message = describeMachineLabels(made.counts(), counts.persons - before);
    if (message !== undefined) {
      findings.push(
        toFinding('machine-made', { file: source.name, field: 'annotations', message }),
      );
    }
  }
  for (const finding of duplicateImages(images)) findings.push(finding);
  return { ...counts, findings };
}

function toFinding(
  rule: LintRule,
  about: Omit<LintFinding, 'rule' | 'severity' | 'fix'>,
): LintFinding {
  const { severity, fix } = lintRules[rule];
  return { rule, severity, ...about, fix };
}

function checkItem(item: SourceItem, { name: file, skeleton }: Source): LintFinding[] {
  const { annotations, fileName: image } = item;
  if (annotations.length === 0 && item.fault === undefined) {
    const message = 'nobody is labelled in it';
    return [toFinding('no-persons', { file, image, field: item.where, message })];
  }
  const about = (
    person: number,
    field: string,
  ): Pick<LintFinding, 'file' | 'image' | 'person' | 'id' | 'field'> => {
    const { id, source_id = id } = annotations[person]!;
    const named = source_id === undefined ? '' : ` (id ${source_id})`;
    const place = `${item.where}: person ${person + 1}${named}.${field}`;
    const stated = source_id === undefined ? {} : { id: source_id };
    return { file, image, person, ...stated, field: place };
  };
  const faults = annotations.flatMap((person, index) => {
    const own = checkPerson(person, skeleton)
      // a box without any size is found when the file is read
      .filter(({ rule }) => rule !== 'box-degenerate' || (person.bbox[2] > 0 && person.bbox[3] > 0))
      .map(({ rule, field, message }) => toFinding(rule, { ...about(index, field), message }));
    const isNumbered = person.id === undefined || person.id >= 1;
    const zero = { ...about(index, 'id'), message: `is ${person.id}` };
    return isNumbered ? own : [...own, toFinding('id-not-positive', zero)];
  });
  const twice = findDuplicatePersons(annotations, skeleton).map(({ person, before, oks }) =>
    toFinding('duplicate-person', {
      ...about(person, 'keypoints'),
      message: `is person ${before + 1} of the same image again: OKS ${oks.toFixed(2)}`,
    }),
  );
  return [...faults, ...twice];
}

/** An image that was looked at, and the source that it is of. */
interface LookedAt extends Comparable {
  readonly file: string;
}

type Looked =
  | { readonly type: 'good'; readonly looked: LookedAt; readonly rotation: string | undefined }
  | { readonly type: 'bad'; readonly error: LimberError };

async function lookAt(
  item: SourceItem,
  file: string,
  checked: CheckedImages | undefined,
): Promise<Looked> {
  try {
    const { facts } = await lookAtImage(item, checked);
    const { sha256, print } = facts;
    const split = item.split ?? 'train';
    const looked = { file, storedName: item.fileName, split, sha256, print };
    return { type: 'good', rotation: describeRotation(facts), looked };
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    return { type: 'bad', error };
  }
}

function badImage(item: SourceItem, error: LimberError, file: string): LintFinding {
  const message = error.message.startsWith(`${error.where}: `)
    ? error.message.slice(`${error.where}: `.length)
    : error.message;
  return toFinding('bad-image', {
    file,
    image: item.fileName,
    field: error.where ?? item.where,
    message,
  });
}

function rotated(item: SourceItem, message: string, file: string): LintFinding {
  return toFinding('exif-rotation', { file, image: item.fileName, field: item.where, message });
}

/** Images of two splits that look the same, and files of any split that are the same. */
function duplicateImages(images: readonly LookedAt[]): LintFinding[] {
  const toDuplicate = ({ file, storedName }: LookedAt, message: string): LintFinding =>
    toFinding('duplicate-image', { file, image: storedName, field: storedName, message });
  const across = findDuplicates(images).map(({ first, second, kind }) =>
    toDuplicate(second, `in ${second.split}, ${kind} with "${first.storedName}" in ${first.split}`),
  );
  const seen = new Map<string, LookedAt>();
  const within = images.flatMap((image): LintFinding[] => {
    const before = seen.get(image.sha256);
    if (before === undefined) seen.set(image.sha256, image);
    if (before === undefined || before.split !== image.split) return [];
    return [toDuplicate(image, `the same file as "${before.storedName}"`)];
  });
  return [...across, ...within];
}
