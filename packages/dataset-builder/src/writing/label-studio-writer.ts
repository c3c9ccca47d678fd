import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from '@limber/files';
import type { CocoAnnotation, CocoCategory, CocoImage } from '@limber/keypoints';
import type { DatasetWriter, WrittenMember } from './dataset-writer.ts';

/**
 * Label Studio: a file of tasks for each split, to be imported, and `config.xml`, the labelling interface. A person is a
 * rectangle with keypoints below it. Images whose persons a model labelled become predictions, all others annotations.
 * Images are named as files of a local storage; whether a joint is hidden, areas, groups and crowds have no place in the
 * format.
 */
export const labelStudioWriter: DatasetWriter = {
  fileOf: (split) => `${split}.json`,
  async writeSplit(folder, { name, members }, { category }) {
    await writeFile(join(folder, `${name}.json`), taskParts(members, category));
  },
  async finish(folder, _, { category }) {
    await writeFile(join(folder, 'config.xml'), interfaceOf(category));
  },
};

function* taskParts(
  members: Iterable<WrittenMember>,
  category: CocoCategory,
): Generator<string, void, undefined> {
  let separator = '[';
  for (const member of members) {
    yield `${separator}\n${JSON.stringify(toTask(member, category))}`;
    separator = ',';
  }
  yield '\n]\n';
}

function toTask({ image, annotations }: WrittenMember, category: CocoCategory): object {
  const path = image.file_name.split('/').map(encodeURIComponent).join('/');
  const persons = annotations.filter(({ iscrowd }) => iscrowd === 0);
  const result = persons.flatMap((person) => toRegions(person, image, category));
  const [first] = persons;
  const model_version = first?.machine_label?.teacher;
  const isPrediction =
    model_version !== undefined &&
    persons.every(({ machine_label: made }) => made?.teacher === model_version);
  return {
    id: image.id,
    data: { image: `/data/local-files/?d=images/${path}` },
    annotations: isPrediction ? [] : [{ result }],
    predictions: isPrediction ? [{ model_version, score: scoreOf(persons), result }] : [],
  };
}

/** The mean over the joints of all persons: Label Studio can sort by it, so that the worst are corrected first. */
function scoreOf(persons: readonly CocoAnnotation[]): number {
  const scores = persons.flatMap(({ machine_label: made }) => made?.scores ?? []);
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

/** A rectangle and its keypoints, in percent of the image. */
function toRegions(
  { id, keypoints, bbox: [x, y, boxWidth, boxHeight], machine_label: made }: CocoAnnotation,
  { width, height }: CocoImage,
  { name, keypoints: joints }: CocoCategory,
): object[] {
  const percentX = (value: number): number => (100 * value) / width;
  const percentY = (value: number): number => (100 * value) / height;
  const shared = {
    to_name: 'image',
    original_width: width,
    original_height: height,
    image_rotation: 0,
    origin: made === undefined ? 'manual' : 'prediction',
  };
  const box = {
    ...shared,
    id: `person-${id}`,
    from_name: 'person',
    type: 'rectanglelabels',
    value: {
      x: percentX(x),
      y: percentY(y),
      width: percentX(boxWidth),
      height: percentY(boxHeight),
      rotation: 0,
      rectanglelabels: [name],
    },
  };
  const marks = joints.flatMap((label, joint): object[] => {
    const [jointX, jointY, visibility] = keypoints.slice(joint * 3, joint * 3 + 3);
    if (visibility === 0) return [];
    const score = made?.scores?.[joint];
    return [
      {
        ...shared,
        id: `person-${id}-${joint + 1}`,
        parentID: box.id,
        from_name: 'joint',
        type: 'keypointlabels',
        value: {
          x: percentX(jointX!),
          y: percentY(jointY!),
          width: pointPercent,
          keypointlabels: [label],
        },
        ...(score !== undefined && { score }),
      },
    ];
  });
  return [box, ...marks];
}

/** How large a point is drawn, in percent of the image's width. */
const pointPercent = 0.5;

function interfaceOf({ name, keypoints }: CocoCategory): string {
  const label = (value: string): string => `    <Label value="${escapeHtml(value)}"/>\n`;
  return [
    '<View>\n  <Image name="image" value="$image"/>\n',
    `  <RectangleLabels name="person" toName="image">\n${label(name)}  </RectangleLabels>\n`,
    '  <KeyPointLabels name="joint" toName="image">\n',
    ...keypoints.map(label),
    '  </KeyPointLabels>\n</View>\n',
  ].join('');
}
