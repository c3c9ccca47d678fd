import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { FormatName } from './open-dataset.ts';

/** The joints of the samples, in an order that alphabet and labels share. */
export const sampleJoints = ['hip', 'knee', 'toe'];
const category = { id: 1, name: 'leg', keypoints: sampleJoints, pairs: [] };

interface SamplePerson {
  readonly bbox: readonly [number, number, number, number];
  readonly keypoints: readonly number[];
}

/** Two images of 64 x 48 and 40 x 80 pixels; two persons in the first, one in the second. */
const sampleImages: readonly {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly persons: readonly SamplePerson[];
}[] = [
  {
    name: 'a.jpg',
    width: 64,
    height: 48,
    persons: [
      { bbox: [2, 4, 20, 40], keypoints: [10, 8, 2, 12.5, 20, 2, 14, 40, 2] },
      { bbox: [30, 4, 30, 40], keypoints: [40, 10, 2, 42, 22.25, 2, 0, 0, 0] },
    ],
  },
  {
    name: 'deep/b.jpg',
    width: 40,
    height: 80,
    persons: [{ bbox: [5, 10, 30, 64], keypoints: [20, 16, 2, 21, 40, 2, 22, 72, 2] }],
  },
];

/** The sample's persons, image after image: what every format must give. */
export const samplePersons: readonly SamplePerson[] = sampleImages.flatMap(
  ({ persons }) => persons,
);

/** The annotation files of the sample in a format, by path. MPII has 16 joints of its own. */
export function sampleFiles(format: FormatName): Readonly<Record<string, string>> {
  switch (format) {
    case 'coco':
      return { 'annotations.json': JSON.stringify(cocoSample((name) => name)) };
    case 'video':
      return { 'frames.json': JSON.stringify(cocoSample((_, index) => `walk/00${index + 1}.png`)) };
    case 'yolo-pose':
      return yoloSample();
    case 'cvat':
      return { 'annotations.xml': cvatSample() };
    case 'label-studio':
      return { 'tasks.json': JSON.stringify(labelStudioSample()) };
    case 'labelme':
      return labelMeSample();
    case 'mpii':
      return { 'train.json': JSON.stringify(mpiiSample()) };
    case 'images':
      return {};
  }
}

/** Writes the sample in a format: its annotation files and its images. */
export async function writeSample(folder: string, format: FormatName): Promise<void> {
  for (const [index, { name, width, height }] of sampleImages.entries()) {
    const path = join(folder, 'images', name);
    await mkdir(dirname(path), { recursive: true });
    const background = { r: 60 + index * 90, g: 120, b: 90 };
    await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toFile(path);
  }
  for (const [file, text] of Object.entries(sampleFiles(format))) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

function cocoSample(nameOf: (name: string, index: number) => string): object {
  return {
    images: sampleImages.map(({ name, width, height }, index) => ({
      id: index + 1,
      file_name: nameOf(name, index),
      width,
      height,
    })),
    annotations: sampleImages.flatMap(({ persons }, image) =>
      persons.map((person, index) => ({
        id: image * 10 + index + 1,
        image_id: image + 1,
        category_id: 1,
        ...person,
      })),
    ),
    categories: [category],
  };
}

function yoloSample(): Record<string, string> {
  const labels = sampleImages.map(({ name, width, height, persons }) => {
    const lines = persons.map(({ bbox: [x, y, w, h], keypoints }) => {
      const joints = keypoints.map((value, at) =>
        at % 3 === 2 ? value : value / (at % 3 === 0 ? width : height),
      );
      const box = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height];
      return [0, ...box, ...joints].join(' ');
    });
    return [`labels/${name.replace('.jpg', '.txt')}`, `${lines.join('\n')}\n`] as const;
  });
  const names = `names:\n  0: leg\nkpt_names:\n  0: [${sampleJoints.join(', ')}]\n`;
  const data = `path: ../datasets/legs\ntrain: images\nkpt_shape: [3, 3]\nflip_idx: [0, 1, 2]\n${names}`;
  return { 'data.yaml': data, ...Object.fromEntries(labels) };
}

function cvatSample(): string {
  const images = sampleImages.map(({ name, width, height, persons }, index) => {
    const shapes = persons.map(({ bbox: [x, y, w, h], keypoints }, at) => {
      const points = sampleJoints.map((joint, place) => {
        const [px, py, v] = keypoints.slice(place * 3, place * 3 + 3);
        return `<points label="${joint}" outside="${v === 0 ? 1 : 0}" occluded="0" points="${px},${py}"/>`;
      });
      const group = `group_id="${at + 1}"`;
      const box = `<box label="leg" ${group} xtl="${x}" ytl="${y}" xbr="${x + w}" ybr="${y + h}"/>`;
      return `<skeleton label="leg" ${group}>${points.join('')}</skeleton>${box}`;
    });
    const size = `width="${width}" height="${height}"`;
    return `  <image id="${index}" name="${name}" ${size}>\n    ${shapes.join('\n    ')}\n  </image>`;
  });
  const joints = sampleJoints.map(
    (joint) => `<label><name>${joint}</name><type>points</type><parent>leg</parent></label>`,
  );
  const leg =
    '<label><name>leg</name><type>skeleton</type><svg>&lt;line data-node-from="1" data-node-to="2"&gt;</svg></label>';
  const meta = `<meta><task><labels>${leg}${joints.join('')}</labels></task></meta>`;
  return `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  ${meta}\n${images.join('\n')}\n</annotations>\n`;
}

function labelStudioSample(): object {
  return sampleImages.map(({ name, width, height, persons }, index) => ({
    id: index + 1,
    data: { image: `/data/local-files/?d=images/${name}` },
    annotations: [
      {
        result: persons.flatMap(({ bbox: [x, y, w, h], keypoints }, at) => {
          const shared = { original_width: width, original_height: height, image_rotation: 0 };
          const toPercent = (value: number, side: number): number => (100 * value) / side;
          const box = {
            x: toPercent(x, width),
            y: toPercent(y, height),
            width: toPercent(w, width),
            height: toPercent(h, height),
          };
          const marks = sampleJoints.flatMap((joint, place) => {
            const [px, py, v] = keypoints.slice(place * 3, place * 3 + 3) as [
              number,
              number,
              number,
            ];
            const value = {
              x: toPercent(px, width),
              y: toPercent(py, height),
              width: 0.5,
              keypointlabels: [joint],
            };
            return v === 0
              ? []
              : [
                  {
                    ...shared,
                    id: `${joint}${at}`,
                    parentID: `box${at}`,
                    type: 'keypointlabels',
                    value,
                  },
                ];
          });
          const value = { ...box, rotation: 0, rectanglelabels: ['leg'] };
          return [{ ...shared, id: `box${at}`, type: 'rectanglelabels', value }, ...marks];
        }),
      },
    ],
  }));
}

function labelMeSample(): Record<string, string> {
  const files = sampleImages.map(({ name, width, height, persons }) => {
    const shapes = persons.flatMap(({ bbox: [x, y, w, h], keypoints }, at) => {
      const corners = [
        [x + w, y],
        [x, y + h],
      ];
      const box = {
        label: 'leg',
        points: corners,
        group_id: at,
        shape_type: 'rectangle',
        flags: {},
      };
      const marks = sampleJoints.flatMap((label, place) => {
        const [px, py, v] = keypoints.slice(place * 3, place * 3 + 3);
        const mark = { label, points: [[px, py]], group_id: at, shape_type: 'point', flags: {} };
        return v === 0 ? [] : [mark];
      });
      return [box, ...marks];
    });
    const json = {
      version: '5.0.1',
      flags: {},
      shapes,
      imagePath: name.split('/').at(-1),
      imageData: null,
      imageHeight: height,
      imageWidth: width,
    };
    return [`images/${name.replace('.jpg', '.json')}`, JSON.stringify(json, null, 2)] as const;
  });
  return Object.fromEntries(files);
}

function mpiiSample(): object {
  return sampleImages.flatMap(({ name, persons }) =>
    persons.map(({ keypoints }) => ({
      image: name,
      joints: Array.from({ length: 16 }, (_, joint) =>
        joint < 2 ? [keypoints[joint * 3]! + 1, keypoints[joint * 3 + 1]! + 1] : [-1, -1],
      ),
      joints_vis: Array.from({ length: 16 }, (_, joint) => (joint < 2 ? 1 : 0)),
      center: [21, 25],
      scale: 0.1,
    })),
  );
}
