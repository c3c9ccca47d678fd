import type { ForeignTensor } from './foreign-weights.ts';
import type { WeightMap } from './weight-maps.ts';

/** The grid of patches of a model. */
interface PatchGrid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** PyTorch's bicubic kernel. */
const sharpness = -0.75;

/**
 * A transformer's positions for the patches of another grid, as ViTPose does it: resized bicubically, and without the class
 * token's, which is added to all others where the file's model does so.
 *
 * @param tensor - [1, patches, C] or [1, 1 + patches, C]; of the grid's size, or of a square.
 * @returns [1, height x width, C]; undefined if the tensor is no positions of so many channels.
 */
export function fitPositions(
  { shape, read }: ForeignTensor,
  grid: PatchGrid,
  classToken: WeightMap['classToken'],
): ForeignTensor | undefined {
  const [one, tokens = 0, channels] = shape;
  if (one !== 1 || shape.length !== 3 || channels !== grid.channels) return undefined;
  const wanted = grid.height * grid.width;
  const isSameSize = tokens === wanted || tokens === wanted + 1;
  const source = isSameSize ? grid : (squareGrid(tokens - 1, grid) ?? squareGrid(tokens, grid));
  if (source === undefined) return undefined;
  const hasClassToken = tokens > source.height * source.width;
  return {
    shape: [1, wanted, channels],
    read: async () => {
      const values = await read();
      const patches = hasClassToken ? values.slice(channels) : values;
      if (hasClassToken && classToken === 'added') {
        for (let at = 0; at < patches.length; at++) patches[at]! += values[at % channels]!;
      }
      return source === grid ? patches : resizeBicubic(patches, source, grid);
    },
  };
}

function squareGrid(patches: number, { channels }: PatchGrid): PatchGrid | undefined {
  const side = Math.sqrt(patches);
  return side >= 1 && Number.isInteger(side) ? { height: side, width: side, channels } : undefined;
}

/** `interpolate(mode='bicubic', align_corners=False)` of PyTorch. @param values - [height, width, channels]. */
export function resizeBicubic(values: Float32Array, from: PatchGrid, to: PatchGrid): Float32Array {
  const { channels } = from;
  const rows = tapsOf(from.height, to.height);
  const columns = tapsOf(from.width, to.width);
  const resized = new Float32Array(to.height * to.width * channels);
  for (const [y, vertical] of rows.entries()) {
    for (const [x, horizontal] of columns.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const [row, weight] of vertical) {
          for (const [column, share] of horizontal) {
            sum += weight * share * values[(row * from.width + column) * channels + channel]!;
          }
        }
        resized[(y * to.width + x) * channels + channel] = sum;
      }
    }
  }
  return resized;
}

/** For each place of the target the four places of the source that it is made of, with their weights. */
function tapsOf(from: number, to: number): (readonly [place: number, weight: number])[][] {
  return Array.from({ length: to }, (_, at) => {
    const center = ((at + 0.5) * from) / to - 0.5;
    const first = Math.floor(center);
    return [-1, 0, 1, 2].map((offset) => {
      const place = Math.min(Math.max(first + offset, 0), from - 1);
      return [place, cubic(Math.abs(center - first - offset))] as const;
    });
  });
}

/** Weight of a neighbour at a distance of at most 2. */
function cubic(distance: number): number {
  const a = sharpness;
  return distance <= 1
    ? (a + 2) * distance ** 3 - (a + 3) * distance ** 2 + 1
    : a * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4);
}
