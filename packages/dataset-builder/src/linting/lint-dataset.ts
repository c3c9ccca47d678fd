import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableProcessors, LimberError, mapInOrder } from '@limber/files';
import type { Finding } from '@limber/keypoints';
import { checkImage } from '../building/check-image.ts';
import type { Comparable } from '../building/find-duplicates.ts';
import { findDuplicates } from '../building/find-duplicates.ts';
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
  readonly onProgress?: (progress: { readonly done: number }) => void;
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
  const { sources, annotationsOnly = false, onProgress, signal } = options;
  const findings: LintFinding[] = [];
  const images: Comparable[] = [];
  const counts = { images: 0, persons: 0 };
  for (const source of sources) {
    for (const { kind, where, message } of source.findings) {
      findings.push(toFinding(ruleOf[kind], { file: source.name, field: where, message }));
    }
    const concurrency = availableProcessors() * 2;
    const checked = mapInOrder(source.items(), { concurrency }, async (item) => ({
      item,
      image: annotationsOnly ? null : await lookAt(item),
    }));
    for await (const { item, image } of checked) {
      signal?.throwIfAborted();
      counts.images += 1;
      counts.persons += item.annotations.length;
      for (const finding of checkItem(item, source)) findings.push(finding);
      if (image?.type === 'bad') findings.push(badImage(item, image.error, source.name));
      if (image?.type === 'good') {
        images.push(image.comparable);
        if (image.orientation !== 1) findings.push(rotated(item, image.orientation, source.name));
      }
      onProgress?.({ done: counts.images });
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
  ): Pick<LintFinding, 'file' | 'image' | 'id' | 'field'> => {
    const { id, source_id = id } = annotations[person]!;
    const named = source_id === undefined ? '' : ` (id ${source_id})`;
    const place = `${item.where}: person ${person + 1}${named}.${field}`;
    return { file, image, ...(source_id === undefined ? {} : { id: source_id }), field: place };
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

type Looked =
  | { readonly type: 'good'; readonly comparable: Comparable; readonly orientation: number }
  | { readonly type: 'bad'; readonly error: LimberError };

async function lookAt(item: SourceItem): Promise<Looked> {
  try {
    if (item.fault !== undefined) throw item.fault;
    const bytes =
      item.bytes ??
      (await readFile(item.path).catch((cause: unknown) => {
        const got = String(cause);
        throw new LimberError(
          'missing-file',
          { where: item.where, what: 'no such image', got },
          { cause },
        );
      }));
    const { orientation, print } = await checkImage(item, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const split = item.split ?? 'train';
    return {
      type: 'good',
      orientation,
      comparable: { storedName: item.fileName, split, sha256, print },
    };
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

function rotated(item: SourceItem, orientation: number, file: string): LintFinding {
  const message = `stored turned (EXIF orientation ${orientation}); its annotations are taken to be of the upright image`;
  return toFinding('exif-rotation', { file, image: item.fileName, field: item.where, message });
}

/** Images of two splits that look the same, and files of any split that are the same. */
function duplicateImages(images: readonly Comparable[]): LintFinding[] {
  const across = findDuplicates(images).map(({ first, second, kind }) =>
    toFinding('duplicate-image', {
      file: second.split,
      image: second.storedName,
      field: second.storedName,
      message: `in ${second.split}, ${kind} with "${first.storedName}" in ${first.split}`,
    }),
  );
  const seen = new Map<string, Comparable>();
  const within = images.flatMap((image): LintFinding[] => {
    const before = seen.get(image.sha256);
    if (before === undefined) seen.set(image.sha256, image);
    if (before === undefined || before.split !== image.split) return [];
    const message = `the same file as "${before.storedName}"`;
    const about = { file: image.split, image: image.storedName, field: image.storedName, message };
    return [toFinding('duplicate-image', about)];
  });
  return [...across, ...within];
}
