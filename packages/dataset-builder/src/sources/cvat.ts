import { LimberError } from '@limber/files';
import type { CategoryJoints } from '@limber/keypoints';
import type { Element } from './cvat-xml.ts';
import { attribute, elementsOf, numberAttribute, pointsAttribute, readXml } from './cvat-xml.ts';
import type { Format, ReadingOptions } from './format.ts';
import { filesWith, nameOfFolder } from './format.ts';
import type { MachineMark, Mark, MarkedBox } from './gather-persons.ts';
import { gatherPersons } from './gather-persons.ts';
import type { NamedJoints } from './joint-names.ts';
import { orderJoints } from './joint-names.ts';
import type { LabelledImage } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import type { Listing } from './listing.ts';
import { candidates } from './listing.ts';
import { locateImages } from './locate-images.ts';
import { roundPx } from './read-annotation-file.ts';
import { refuseOutside } from './refuse-outside.ts';
import type { Source, SplitName } from './source.ts';

/**
 * CVAT for images 1.1: skeletons, or points of one joint each that share a `group_id`, and boxes. `outside` means not
 * labelled, `occluded` labelled but not visible, `source="auto"` made by a model.
 */
export const cvat: Format = {
  title: 'CVAT for images',
  looksLike: 'annotations.xml of CVAT for images 1.1',
  find: (listing) =>
    filesWith(
      listing,
      candidates(listing, '.xml'),
      ({ type, keys }) => type === 'xml' && keys.has('annotations'),
    ),
  async open(files, { listing, images, options }) {
    const sources: Source[] = [];
    const decisions: string[] = [];
    for (const file of files) {
      const root = await readXml(listing.pathOf(file));
      const stem = nameOfFolder(file.replace(/\.xml$/i, ''));
      const name = files.length > 1 ? stem : nameOfFolder(listing.root);
      const { source, decision } = openFile(root, { name, file, images, options });
      sources.push(source);
      decisions.push(`${file}: ${decision}`);
    }
    return { sources, decisions };
  },
};

interface Reading {
  readonly name: string;
  readonly file: string;
  readonly images: Listing;
  readonly options: ReadingOptions;
}

function openFile(root: Element, reading: Reading): { source: Source; decision: string } {
  const { name, file, images: folder, options } = reading;
  const { skeleton, strict = false, split } = options;
  const [track] = elementsOf(root, 'track');
  if (root.name !== 'annotations' || track !== undefined) {
    throw new LimberError('invalid-annotations', {
      where: track?.where ?? root.where,
      what: track === undefined ? 'not of CVAT' : 'tracks of a video',
      expected: 'annotations of images',
      got: `<${track?.name ?? root.name}>`,
      fix: 'Export the task as "CVAT for images 1.1".',
    });
  }
  const elements = elementsOf(root, 'image');
  const { category, derivations } = jointsOf(root, skeleton);
  const names = elements.map((element) => attribute(element, 'name'));
  const places = locateImages(folder, { names, file, hint: '' });
  const images = elements.map((element, index): LabelledImage => {
    const fileName = attribute(element, 'name').replaceAll('\\', '/');
    const fixed = split ?? splitOf(element.attributes['subset']);
    const id = Number(element.attributes['id'] ?? Number.NaN);
    refuseOutside(fileName, element.where);
    return {
      where: element.where,
      ...(Number.isSafeInteger(id) ? { id } : {}),
      fileName,
      path: places.pathOf(names[index]!),
      size: {
        width: numberAttribute(element, 'width'),
        height: numberAttribute(element, 'height'),
      },
      ...(fixed === undefined ? {} : { split: fixed }),
      persons: gatherPersons({ ...marksOf(element), image: element.where }, category.keypoints),
    };
  });
  const source = createLabelledSource({
    name,
    category,
    derivations,
    strict,
    images,
    ...(skeleton && { skeleton }),
  });
  return { source, decision: `${images.length} images, ${places.decision}` };
}

/** The joints in the order of the task's labels where the file has them, else as their names allow. */
function jointsOf(root: Element, skeleton: CategoryJoints | undefined): NamedJoints {
  const labels = elementsOf(root, 'label').map((label) => ({
    name: textOf(label, 'name'),
    type: textOf(label, 'type'),
    parent: textOf(label, 'parent'),
    svg: textOf(label, 'svg'),
  }));
  const person = labels.find(({ type }) => type === 'skeleton');
  const joints = labels.filter(({ parent }) => parent !== '' && parent === person?.name);
  if (skeleton !== undefined || person === undefined || joints.length === 0) {
    const used = new Set(
      elementsOf(root, 'image').flatMap((image) =>
        elementsOf(image, 'points').map((points) => attribute(points, 'label')),
      ),
    );
    const [box] = elementsOf(root, 'skeleton', 'box');
    return orderJoints(used, { name: box?.attributes['label'] ?? 'person', skeleton });
  }
  const links = [...person.svg.matchAll(/<line[^>]*>/g)].flatMap(([line]): [number, number][] => {
    const [from, to] = ['from', 'to'].map((end) =>
      Number(new RegExp(`data-node-${end}="(\\d+)"`).exec(line)?.[1] ?? Number.NaN),
    ) as [number, number];
    const isLink = [from, to].every((end) => end >= 1 && end <= joints.length);
    return isLink ? [[from, to]] : [];
  });
  const keypoints = joints.map(({ name }) => name);
  const category = {
    name: person.name,
    keypoints,
    ...(links.length > 0 ? { skeleton: links } : {}),
  };
  return { category, derivations: [] };
}

function textOf({ children }: Element, name: string): string {
  return children.find((child) => child.name === name)?.text.trim() ?? '';
}

function splitOf(subset: string | undefined): SplitName | undefined {
  const known: Readonly<Record<string, SplitName>> = {
    train: 'train',
    val: 'val',
    validation: 'val',
    test: 'test',
  };
  return known[subset?.toLowerCase() ?? ''];
}

function marksOf(image: Element): { marks: Mark[]; boxes: MarkedBox[] } {
  const marks: Mark[] = [];
  const boxes: MarkedBox[] = [];
  for (const [index, element] of elementsOf(image, 'skeleton', 'points', 'box').entries()) {
    const group = element.attributes['group_id'];
    const isGrouped = group !== undefined && group !== '' && group !== '0';
    const person = isGrouped ? `group ${group}` : null;
    if (element.name === 'skeleton') {
      const own = person ?? `skeleton ${index}`;
      const { machine } = machineOf(element);
      for (const points of elementsOf(element, 'points')) {
        marks.push(...markOf(points, own, machine));
      }
    } else if (element.name === 'points') {
      marks.push(...markOf(element, person));
    } else {
      const [left, top, right, bottom] = ['xtl', 'ytl', 'xbr', 'ybr'].map((side) =>
        numberAttribute(element, side),
      ) as [number, number, number, number];
      const box = [left, top, roundPx(right - left), roundPx(bottom - top)] as const;
      boxes.push({ where: element.where, box: [...box], person, ...machineOf(element) });
    }
  }
  return { marks, boxes };
}

/** The model that `source` speaks of is named in files that Limber wrote; CVAT does not say it. */
const unnamedModel = 'a model in CVAT';

function machineOf(
  { attributes: { source, teacher, score } }: Element,
  whole?: MachineMark,
): { machine?: MachineMark } {
  if (source !== 'auto' && (source !== undefined || whole === undefined)) return {};
  const sure = Number(score ?? Number.NaN);
  return {
    machine: {
      teacher: teacher ?? whole?.teacher ?? unnamedModel,
      ...(Number.isFinite(sure) && { score: sure }),
    },
  };
}

/** @param whole - that of the skeleton, which holds for points that say nothing else. */
function markOf(element: Element, person: string | null, whole?: MachineMark): Mark[] {
  if (element.attributes['outside'] === '1') return [];
  const points = pointsAttribute(element);
  if (points.length !== 1) {
    throw new LimberError('invalid-annotations', {
      where: element.where,
      what: 'several points of one label',
      expected: 'one point for each joint, named by its label',
      got: `${points.length}`,
      fix: 'Label the joints with a skeleton, or each with a label of its own.',
    });
  }
  const [[x, y]] = points as [[number, number]];
  const visibility = element.attributes['occluded'] === '1' ? 1 : 2;
  const { where } = element;
  const joint = attribute(element, 'label');
  return [{ where, joint, x, y, visibility, person, ...machineOf(element, whole) }];
}
