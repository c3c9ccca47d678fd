import { LimberError } from '@limber/files';
import type { Box } from '@limber/keypoints';
import { posix } from 'node:path';
import { z } from 'zod';
import type { Format } from './format.ts';
import { filesWith, nameOfFolder } from './format.ts';
import type { MachineMark, Mark, MarkedBox } from './gather-persons.ts';
import { gatherPersons } from './gather-persons.ts';
import { readImageSize } from './image-size.ts';
import { orderJoints } from './joint-names.ts';
import type { LabelledImage } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import { candidates, isImageName } from './listing.ts';
import { locateImages } from './locate-images.ts';
import { readJsonOf, roundPx } from './read-annotation-file.ts';

const percent = z.number('expected a number of percent');
const sidePx = z
  .number('expected a number of pixels')
  .int('expected a number of pixels')
  .positive('expected a number of pixels');
const region = z.object({
  id: z.string('expected a text').optional(),
  parentID: z.string('expected a text').nullish(),
  type: z.string('expected the kind of the region').optional(),
  original_width: sidePx.optional(),
  original_height: sidePx.optional(),
  image_rotation: z.literal(0, 'expected 0: export the images upright').nullish(),
  value: z
    .object(
      {
        x: percent.optional(),
        y: percent.optional(),
        width: percent.optional(),
        height: percent.optional(),
        rotation: z.number('expected a number of degrees').nullish(),
        keypointlabels: z.array(z.string('expected a name'), 'expected a list of names').optional(),
        rectanglelabels: z
          .array(z.string('expected a name'), 'expected a list of names')
          .optional(),
      },
      'expected an object',
    )
    .optional(),
  origin: z.string('expected where the region comes from').nullish(),
  score: z.number('expected a number').nullish(),
  from_id: z.string('expected a text').optional(),
  to_id: z.string('expected a text').optional(),
});
const labelling = z.object(
  {
    result: z.array(region, 'expected a list of regions'),
    was_cancelled: z.boolean('expected true or false').nullish(),
    model_version: z.string('expected the name of a model').nullish(),
  },
  'expected an object',
);
/** Exports may name predictions by their ids alone. */
const prediction = z.union([labelling, z.number()], 'expected predictions or their ids');
const schema = z.array(
  z.object(
    {
      id: z.number('expected a number').int('expected a whole number').optional(),
      data: z.record(z.string(), z.unknown(), 'expected the data of the task'),
      annotations: z.array(labelling, 'expected a list').optional(),
      completions: z.array(labelling, 'expected a list').optional(),
      predictions: z.array(prediction, 'expected a list').optional(),
    },
    'expected a task',
  ),
  'expected a list of tasks',
);

type Task = z.infer<typeof schema>[number];
type Region = z.infer<typeof region>;

/**
 * Label Studio's JSON export: keypoint regions in percent of the image, named by their labels. A region's parent, or a
 * relation to a rectangle, says whose joint it is. Of several annotations of a task the first is taken; where there is
 * none yet, the prediction of a model.
 */
export const labelStudio: Format = {
  title: 'Label Studio',
  looksLike: 'JSON list of tasks with data and annotations or predictions',
  find: (listing) =>
    filesWith(
      listing,
      candidates(listing, '.json'),
      ({ type, keys }) =>
        type === 'list' &&
        keys.has('data') &&
        ['annotations', 'completions', 'predictions'].some((list) => keys.has(list)),
    ),
  async open(files, { listing, images: folder, options }) {
    const { skeleton, strict = false, split } = options;
    const tasks: { readonly where: string; readonly task: Task }[] = [];
    for (const file of files) {
      const path = listing.pathOf(file);
      const own = await readJsonOf(path, schema);
      tasks.push(...own.map((task, index) => ({ where: `${path}: [${index}]`, task })));
    }
    const regions = tasks.flatMap(({ task }) => chosen(task).result);
    const names = new Set(regions.flatMap(({ value }) => value?.keypointlabels?.slice(0, 1) ?? []));
    const name =
      regions.find(({ value }) => value?.rectanglelabels)?.value?.rectanglelabels?.[0] ?? 'person';
    const { category, derivations } = orderJoints(names, { name, skeleton });
    const fileNames = new Set(folder.files.map((file) => posix.basename(file)));
    const stored = tasks.map(({ where, task }) => imageOf(task, where, fileNames));
    const places = locateImages(folder, { names: stored, file: files[0]!, hint: '' });
    const images: LabelledImage[] = [];
    for (const [index, { where, task }] of tasks.entries()) {
      const fileName = stored[index]!;
      const path = places.pathOf(fileName);
      const labels = chosen(task);
      const results = labels.result;
      const { original_width: width, original_height: height } =
        results.find((one) => one.original_width !== undefined) ?? {};
      images.push({
        where,
        ...(task.id === undefined ? {} : { id: task.id }),
        fileName,
        path,
        size:
          width === undefined || height === undefined
            ? await readImageSize(path, where)
            : { width, height },
        ...(split === undefined ? {} : { split }),
        persons: gatherPersons({ ...marksOf(labels, where), image: where }, category.keypoints),
      });
    }
    const several = tasks.filter(({ task }) => (task.annotations?.length ?? 0) > 1).length;
    const open = tasks.filter(({ task }) => chosen(task).isPrediction).length;
    const notes = [
      ...(several > 0 ? [`${several} tasks have several annotations: the first is taken`] : []),
      ...(open > 0
        ? [`${open} tasks have no annotation yet: what a model predicted is taken`]
        : []),
    ];
    const source = createLabelledSource({
      name: nameOfFolder(listing.root),
      category,
      derivations,
      strict,
      images,
      ...(skeleton && { skeleton }),
    });
    return {
      sources: [source],
      decisions: [`${tasks.length} tasks, ${places.decision}`, ...notes],
    };
  },
};

/** What is taken of a task. */
interface Chosen {
  readonly result: readonly Region[];
  readonly isPrediction: boolean;
  /** The model whose regions are among them. */
  readonly teacher: string;
}

/** Of regions that a model predicted, where the export does not name it. */
const unnamedModel = 'a model in Label Studio';

function chosen({ annotations, completions, predictions = [] }: Task): Chosen {
  const made = annotations ?? completions ?? [];
  const [predicted] = predictions.filter((one) => typeof one !== 'number');
  const teacher = predicted?.model_version || unnamedModel;
  const isPrediction = made.length === 0 && predicted !== undefined;
  const taken = isPrediction ? predicted : made.find((one) => one.was_cancelled !== true);
  return { result: taken?.result ?? [], isPrediction, teacher };
}

/** `/data/local-files/?d=walk/a.jpg`, `/data/upload/1/1a2b3c4d-a.jpg`, `s3://bucket/walk/a.jpg`: the name below the folder. */
function imageOf({ data }: Task, where: string, names: ReadonlySet<string>): string {
  const texts = Object.entries(data).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const isNamed = ([key]: [string, string]): boolean => key === 'image' || key === 'img';
  const found =
    texts.find(isNamed) ?? texts.find(([, text]) => isImageName(text.split('?').at(-1)!));
  if (found === undefined) {
    throw new LimberError('invalid-annotations', {
      where: `${where}.data`,
      what: 'no image',
      expected: '"image" with the address of an image',
      got: Object.keys(data).slice(0, 5).join(', ') || 'nothing',
    });
  }
  const address = found[1].replace(/^[a-z0-9+.-]+:\/\/[^/]*/i, '');
  const local = address.includes('?d=') ? address.split('?d=')[1]! : address.split('?')[0]!;
  const path = posix.join('/', safeDecode(local)).slice(1);
  const plain = posix.basename(path);
  // Label Studio puts eight digits before the names of files that are uploaded
  const uploaded = plain.replace(/^[0-9a-f]{8}-/, '');
  return !names.has(plain) && names.has(uploaded)
    ? uploaded
    : path.replace(/^data\/(upload|media)\//, '');
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function marksOf(
  { result: results, isPrediction, teacher }: Chosen,
  where: string,
): { marks: Mark[]; boxes: MarkedBox[] } {
  const machineOf = ({ origin, score }: Region): { machine?: MachineMark } =>
    isPrediction || origin === 'prediction'
      ? { machine: { teacher, ...(typeof score === 'number' && { score }) } }
      : {};
  const boxIds = new Set(results.flatMap(({ id, value }) => (value?.rectanglelabels ? [id] : [])));
  const linked = new Map(
    results.flatMap(({ type, from_id: from, to_id: to }) => {
      if (type !== 'relation' || from === undefined || to === undefined) return [];
      return [boxIds.has(from) ? ([to, from] as const) : ([from, to] as const)];
    }),
  );
  const marks: Mark[] = [];
  const boxes: MarkedBox[] = [];
  for (const [index, one] of results.entries()) {
    const { id, parentID, value, original_width, original_height } = one;
    const place = `${where}.result[${index}]`;
    const joint = value?.keypointlabels?.[0];
    if (value === undefined || (joint === undefined && value.rectanglelabels === undefined))
      continue;
    const { x, y, width = 0, height = 0, rotation } = value;
    if (
      x === undefined ||
      y === undefined ||
      original_width === undefined ||
      original_height === undefined
    ) {
      throw new LimberError('invalid-annotations', {
        where: place,
        what: 'no place in the image',
        expected: 'value.x, value.y, original_width and original_height',
      });
    }
    const toPx = (part: number, side: number): number => roundPx((part / 100) * side);
    const [left, top] = [toPx(x, original_width), toPx(y, original_height)];
    if (joint !== undefined) {
      const person = parentID ?? (id === undefined ? undefined : linked.get(id)) ?? null;
      const mark = { where: place, joint, x: left, y: top, visibility: 2, person } as const;
      marks.push({ ...mark, ...machineOf(one) });
      continue;
    }
    const size = { width: toPx(width, original_width), height: toPx(height, original_height) };
    boxes.push({
      where: place,
      box: turned({ left, top, ...size }, rotation ?? 0),
      person: id ?? null,
      ...machineOf(one),
    });
  }
  return { marks, boxes };
}

/** The upright box around a rectangle that is turned about its top left corner, clockwise. */
function turned(
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  degrees: number,
): Box {
  if (degrees === 0) return [left, top, width, height];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const xs = [0, width * cos, -height * sin, width * cos - height * sin];
  const ys = [0, width * sin, height * cos, width * sin + height * cos];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [
    roundPx(left + x),
    roundPx(top + y),
    roundPx(Math.max(...xs) - x),
    roundPx(Math.max(...ys) - y),
  ];
}
