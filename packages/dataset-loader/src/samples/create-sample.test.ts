import type { CodecConfig, Size } from '@limber/keypoints';
import { applyAffine, createCodec } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { Augmentation } from '../augmentations/augmentation.ts';
import { augmentationSchema } from '../augmentations/augmentation-schema.ts';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { KeypointBatch } from '../loading/keypoint-batch.ts';
import { createBatch } from '../loading/keypoint-batch.ts';
import { prepareRecipe } from '../loading/recipe.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';

const small: CodecConfig = codecFor({ height: 64, width: 48 });
const noChance = { rotation: { probability: 0 }, shift: { probability: 0 }, scaleProbability: 0 };

function codecFor(inputSize: Size): CodecConfig {
  const heatmapSize = { height: inputSize.height / 4, width: inputSize.width / 4 };
  return { type: 'msra-heatmap', inputSize, heatmapSize };
}

/** A batch of 6 persons from shards packed for `packed`. */
async function batchOf(
  packed: Size,
  codec: CodecConfig,
  options: { readonly augmentation: Augmentation | null; readonly epoch?: number },
): Promise<KeypointBatch> {
  const { augmentation, epoch = 0 } = options;
  const size = { height: packed.height * 4, width: packed.width * 5 };
  const source = await writeDottedDataset(6, { size, dotPx: packed.height / 20 });
  const { annotations, images, folder } = source;
  const out = `${folder}/shards`;
  await packDataset({ annotations, images, out, inputSize: packed, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  try {
    const recipe = await prepareRecipe({
      codec,
      seed: 5,
      augmentation,
      lateAugmentation: null,
      folder: '.',
      onBadSample: 'throw',
      skipLimit: 0,
      replaces: false,
    });
    const draws = [0, 1, 2, 3, 4, 5].map((row) => ({ row, repeat: 0 }));
    return (await createBatch(dataset, recipe, { epoch, draws })).batch;
  } finally {
    dataset.close();
  }
}

/** The middle of what a channel has above the others, in inputPx; undefined if the dot is not all in view. */
function findDot(
  image: Uint8Array,
  { height, width }: Size,
  channel: number,
): { x: number; y: number } | undefined {
  let [mass, x, y, edge] = [0, 0, 0, 0];
  for (let at = 0; at < height * width; at++) {
    const level = image[at * 3 + channel]!;
    const others = Math.max(
      image[at * 3 + ((channel + 1) % 3)]!,
      image[at * 3 + ((channel + 2) % 3)]!,
    );
    const weight = Math.max(0, level - others - 12);
    const [atX, atY] = [at % width, Math.floor(at / width)];
    mass += weight;
    x += weight * atX;
    y += weight * atY;
    if (atX < 1 || atY < 1 || atX > width - 2 || atY > height - 2) edge += weight;
  }
  return mass > 0 && edge === 0 ? { x: x / mass, y: y / mass } : undefined;
}

/** Distances in inputPx from where a joint is said to be to where its dot is, of all dots in view. */
function distances(batch: KeypointBatch, inputSize: Size): number[] {
  const bytes = inputSize.height * inputSize.width * 3;
  return Array.from({ length: batch.size }, (_, person) => {
    const image = batch.images.subarray(person * bytes, (person + 1) * bytes);
    const [a, b, , d, e] = batch.toImage[person]!;
    const isFlipped = a * e - b * d < 0;
    return [0, 1, 2].flatMap((channel) => {
      const joint = isFlipped ? [1, 0, 2][channel]! : channel;
      const at = (person * 3 + joint) * 3;
      const dot = findDot(image, inputSize, channel);
      if (dot === undefined) return [];
      return [Math.hypot(dot.x - batch.keypoints[at]!, dot.y - batch.keypoints[at + 1]!)];
    });
  }).flat();
}

describe('a sample', () => {
  test('without augmentation shows each dot where its keypoint is', async () => {
    const found = distances(
      await batchOf(small.inputSize, small, { augmentation: null }),
      small.inputSize,
    );
    expect(found).toHaveLength(18);
    expect(Math.max(...found)).toBeLessThan(0.3);
  });

  test('flipped, turned, shifted and scaled shows each dot where its keypoint is', async () => {
    const augmentation = augmentationSchema.parse({ halfBody: null });
    const found: number[] = [];
    for (let epoch = 0; epoch < 8; epoch++) {
      const batch = await batchOf(small.inputSize, small, { augmentation, epoch });
      found.push(...distances(batch, small.inputSize));
    }
    expect(found.length).toBeGreaterThan(70);
    expect(Math.max(...found)).toBeLessThan(0.6);
  });

  test('from crops stored for a model four times as large is just as exact', async () => {
    const large = { height: 256, width: 192 };
    const found = distances(await batchOf(large, small, { augmentation: null }), small.inputSize);
    expect(found).toHaveLength(18);
    expect(Math.max(...found)).toBeLessThan(0.3);
  });

  test('maps back to the image exactly', async () => {
    const batch = await batchOf(small.inputSize, small, {
      augmentation: augmentationSchema.parse({ flipProbability: 0 }),
    });
    const { json } = await writeDottedDataset(6, { size: { height: 256, width: 240 } });
    for (const [person, toImage] of batch.toImage.entries()) {
      const [x, y] = batch.keypoints.subarray(person * 9);
      const point = applyAffine(toImage, { x: x!, y: y! });
      expect(point.x).toBeCloseTo(json.annotations[person]!.keypoints[0]!, 3);
      expect(point.y).toBeCloseTo(json.annotations[person]!.keypoints[1]!, 3);
    }
  });

  test('mirrored is the mirror image, with left and right exchanged', async () => {
    const upright = augmentationSchema.parse({ ...noChance, halfBody: null, flipProbability: 0 });
    const plain = await batchOf(small.inputSize, small, { augmentation: upright });
    const mirrored = await batchOf(small.inputSize, small, {
      augmentation: { ...upright, flipProbability: 1 },
    });
    const { height, width } = small.inputSize;
    let worst = 0;
    for (let at = 0; at < plain.size * height * width; at++) {
      const x = at % width;
      for (let channel = 0; channel < 3; channel++) {
        const level = mirrored.images[(at - x + width - 1 - x) * 3 + channel]!;
        worst = Math.max(worst, Math.abs(level - plain.images[at * 3 + channel]!));
      }
    }
    // coordinates are rounded to 1/32 pixel, to other sides in a mirror
    expect(worst).toBeLessThanOrEqual(3);
    for (let person = 0; person < plain.size; person++) {
      const [left, right] = [person * 9, person * 9 + 3];
      expect(mirrored.keypoints[left]).toBeCloseTo(width - 1 - plain.keypoints[right]!, 3);
      expect(mirrored.keypoints[right]).toBeCloseTo(width - 1 - plain.keypoints[left]!, 3);
      expect(mirrored.keypoints[left + 1]).toBeCloseTo(plain.keypoints[right + 1]!, 3);
    }
  });

  test('has the targets of its keypoints', async () => {
    const batch = await batchOf(small.inputSize, small, { augmentation: null });
    const { targets, weights } = createCodec(small).encode(batch.keypoints.slice(9, 18));
    expect(batch.targets.subarray(targets.length, 2 * targets.length)).toEqual(targets);
    expect(batch.weights.subarray(3, 6)).toEqual(weights);
  });
});
