import type { LintFinding, Source, SourceItem } from '@limber/dataset-builder';
import type { ViewedFinding } from './viewer-api.ts';
import type { Catalogue, CataloguePerson } from './catalogue.ts';
import { realPicture } from './picture-file.ts';
import type { SampleLook } from './sample-maker.ts';
import { createSampleMaker } from './sample-maker.ts';

/** How a dataset is looked at. */
export interface DatasetCatalogueOptions {
  readonly title: string;
  readonly findings: readonly LintFinding[];
  readonly followsLinks: boolean;
  readonly look: SampleLook;
  readonly signal: AbortSignal;
}

/** The persons of a dataset, each with what a check found about it, and the images that have none. */
export async function datasetCatalogue(
  sources: readonly Source[],
  { title, findings, followsLinks, look, signal }: DatasetCatalogueOptions,
): Promise<Catalogue> {
  const findingsOf = byPlace(findings);
  const persons: CataloguePerson[] = [];
  for (const [skeleton, source] of sources.entries()) {
    for await (const item of source.items({ annotationsOnly: true })) {
      signal.throwIfAborted();
      const picture = (): Promise<string> => realPicture(item, { followsLinks });
      const found = (person?: number): readonly ViewedFinding[] =>
        findingsOf(source.name, item.fileName, person);
      const shared = { skeleton, picture, ...aboutImage(item) };
      if (item.annotations.length === 0) persons.push(withoutPerson(item, shared, found()));
      for (const [at, { bbox, keypoints, area, id, source_id }] of item.annotations.entries()) {
        persons.push({
          ...shared,
          name: item.annotations.length === 1 ? item.fileName : `${item.fileName} · ${at + 1}`,
          box: bbox,
          keypoints,
          area,
          annotationId: toNumber(source_id) ?? id,
          findings: [...found(at), ...found()],
        });
      }
    }
  }
  const skeletons = sources.map(({ skeleton }) => skeleton);
  const samples = createSampleMaker(
    look,
    sources.map(({ category }) => category),
  );
  return {
    title,
    skeletons,
    persons,
    predictions: new Map(),
    scoreName: null,
    sampleOf: (index, epoch) => samples.make(persons[index]!, epoch),
    close: () => samples.close(),
  };
}

function aboutImage({
  fileName,
  width,
  height,
  split,
  id,
  source_id,
}: SourceItem): Pick<CataloguePerson, 'image' | 'size' | 'split' | 'imageId' | 'toPicture'> {
  const imageId = toNumber(source_id) ?? id;
  const size = { width, height };
  return { image: fileName, size, split: split ?? null, imageId, toPicture: null };
}

function withoutPerson(
  { width, height, fileName }: SourceItem,
  shared: Omit<
    CataloguePerson,
    'name' | 'box' | 'keypoints' | 'area' | 'annotationId' | 'findings'
  >,
  findings: readonly ViewedFinding[],
): CataloguePerson {
  const box = [0, 0, width, height] as const;
  const nobody = { keypoints: [], area: width * height, annotationId: undefined };
  return { ...shared, ...nobody, name: fileName, box, findings };
}

/** Results name images and persons by numbers. */
function toNumber(id: unknown): number | undefined {
  return typeof id === 'number' ? id : undefined;
}

/** What was found about a person of an image, or about the image as a whole. */
function byPlace(
  findings: readonly LintFinding[],
): (file: string, image: string, person?: number) => readonly ViewedFinding[] {
  const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);
  const places = new Map<string, ViewedFinding[]>();
  for (const { rule, severity, message, fix, file, image, person } of findings) {
    if (image === undefined) continue;
    const key = keyOf(file, image, person ?? null);
    const found = { rule, severity, message, fix };
    const before = places.get(key);
    if (before === undefined) places.set(key, [found]);
    else before.push(found);
  }
  return (file, image, person) =>
    places.size === 0 ? [] : (places.get(keyOf(file, image, person ?? null)) ?? []);
}
