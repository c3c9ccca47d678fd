import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from '@limber/files';
import type { CocoAnnotation, CocoCategory } from '@limber/keypoints';
import type { DatasetWriter, WrittenMember } from './dataset-writer.ts';

/**
 * CVAT for images 1.1: a file for each split, to be uploaded to a task that has its images, and `labels.json`, which goes
 * into the "Raw" tab of the task's labels. A person is a skeleton and the box of the same group; crowds are left out.
 * What a model labelled has `source="auto"`, as CVAT's own models write it, and says `teacher` and `score`, which CVAT
 * does not keep. Areas and groups of images have no place in the format.
 */
export const cvatWriter: DatasetWriter = {
  fileOf: (split) => `${split}.xml`,
  async writeSplit(folder, { name, members }, { category }) {
    await writeFile(join(folder, `${name}.xml`), xmlParts(members, name, category));
  },
  async finish(folder, _, { category }) {
    await writeFile(
      join(folder, 'labels.json'),
      `${JSON.stringify(labelsOf(category), null, 2)}\n`,
    );
  },
};

function* xmlParts(
  members: Iterable<WrittenMember>,
  split: string,
  category: CocoCategory,
): Generator<string, void, undefined> {
  yield '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n';
  yield `  <meta><task><labels>${metaLabels(category)}</labels></task></meta>\n`;
  for (const { image, annotations } of members) {
    const { id, file_name, width, height } = image;
    const subset = split === 'annotations' ? {} : { subset: split };
    const about = attributes({ id, name: file_name, ...subset, width, height });
    const persons = annotations.filter(({ iscrowd }) => iscrowd === 0);
    const shapes = persons.map((person, index) => personShapes(person, index + 1, category));
    yield `  <image ${about}>\n${shapes.join('')}  </image>\n`;
  }
  yield '</annotations>\n';
}

function personShapes(
  { keypoints, bbox: [x, y, width, height], machine_label: made }: CocoAnnotation,
  group_id: number,
  { name, keypoints: joints }: CocoCategory,
): string {
  const source = made === undefined ? 'manual' : 'auto';
  const origin = { source, ...(made && { teacher: made.teacher }) };
  const points = joints.map((label, joint) => {
    const [jointX, jointY, visibility] = keypoints.slice(joint * 3, joint * 3 + 3);
    const flags = { outside: visibility === 0 ? 1 : 0, occluded: visibility === 1 ? 1 : 0 };
    const score = made?.scores?.[joint];
    const about = { label, source, ...flags, points: `${jointX},${jointY}` };
    return `      <points ${attributes({ ...about, ...(score !== undefined && { score }) })}/>\n`;
  });
  const shared = { ...origin, z_order: 0, group_id };
  const corners = { occluded: 0, xtl: x, ytl: y, xbr: x + width, ybr: y + height };
  return [
    `    <skeleton ${attributes({ label: name, ...shared })}>\n${points.join('')}    </skeleton>\n`,
    `    <box ${attributes({ label: boxLabel(name), ...corners, ...shared })}/>\n`,
  ].join('');
}

/** Labels of a task have distinct names. */
function boxLabel(person: string): string {
  return `${person} box`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(values).map(([key, value]) => `${key}="${escapeHtml(`${value}`)}"`);
  return parts.join(' ');
}

function metaLabels({ name, keypoints, skeleton }: CocoCategory): string {
  const label = (text: string, type: string, more = ''): string =>
    `<label><name>${escapeHtml(text)}</name><type>${type}</type><attributes></attributes>${more}</label>`;
  return [
    label(name, 'skeleton', `<svg>${escapeHtml(drawing(keypoints, skeleton))}</svg>`),
    ...keypoints.map((joint) => label(joint, 'points', `<parent>${escapeHtml(name)}</parent>`)),
    label(boxLabel(name), 'rectangle'),
  ].join('');
}

/** What CVAT's label constructor takes. */
function labelsOf({ name, keypoints, skeleton }: CocoCategory): object[] {
  const sublabels = keypoints.map((joint) => ({ name: joint, type: 'points', attributes: [] }));
  const svg = drawing(keypoints, skeleton);
  return [
    { name, type: 'skeleton', attributes: [], svg, sublabels },
    { name: boxLabel(name), type: 'rectangle', attributes: [] },
  ];
}

/** CVAT draws on a square of 100 by 100. */
const [centre, radius] = [50, 40];

/** The skeleton as CVAT's template: the joints on a circle, with the limbs between them. */
function drawing(joints: readonly string[], links: CocoCategory['skeleton']): string {
  const places = joints.map((_, joint) => {
    const angle = (2 * Math.PI * joint) / joints.length;
    const [x, y] = [Math.sin(angle), -Math.cos(angle)].map((part) =>
      (centre + radius * part).toFixed(1),
    ) as [string, string];
    return { x, y };
  });
  const lines = links.map(([from, to]) => {
    const [start, end] = [places[from - 1]!, places[to - 1]!];
    const ends = { x1: start.x, y1: start.y, x2: end.x, y2: end.y };
    const nodes = { 'data-type': 'edge', 'data-node-from': from, 'data-node-to': to };
    return `<line ${attributes({ ...ends, stroke: 'black', ...nodes, 'stroke-width': 0.5 })}></line>`;
  });
  const circles = places.map(({ x, y }, joint) => {
    const number = joint + 1;
    const node = { 'data-type': 'element node', 'data-element-id': number, 'data-node-id': number };
    const look = { r: 1.5, stroke: 'black', fill: '#b3b3b3', cx: x, cy: y, 'stroke-width': 0.1 };
    return `<circle ${attributes({ ...look, ...node, 'data-label-name': joints[joint]! })}></circle>`;
  });
  return [...lines, ...circles].join('');
}
